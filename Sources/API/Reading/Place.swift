/// Where an object stands in a body, for the paths in messages. Text is made only when something is
/// wrong.
struct Place {
    /// The list that the object is in, with its index there.
    var list: StaticString?
    var index = 0
    /// The field that holds the object.
    var field: StaticString?

    /// The body itself.
    static let root = Place()

    /// An element of a list of the body.
    static func element(_ index: Int, of list: StaticString) -> Place {
        Place(list: list, index: index)
    }

    /// An object in a field of this one.
    func inside(_ field: StaticString) -> Place {
        Place(list: list, index: index, field: field)
    }

    /// The object's own path, such as `$.jobs[3].backoff`.
    var text: String {
        var text = "$"
        if let list { text += ".\(list)[\(index)]" }
        if let field { text += ".\(field)" }
        return text
    }

    /// The path of a member.
    func path(_ name: String) -> String { text + "." + name }
}

/// Where a value stands in a body.
struct Spot {
    let place: Place
    let field: StaticString
    /// Its index, where the field is a list.
    var element: Int?

    /// The value's path, such as `$.tags[2]`.
    var path: String {
        let path = place.path(field.description)
        return element.map { "\(path)[\($0)]" } ?? path
    }

    /// An element of the list at this spot.
    func element(_ index: Int) -> Spot { Spot(place: place, field: field, element: index) }
}
