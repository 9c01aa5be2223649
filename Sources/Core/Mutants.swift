/// The defects of this build, by their names: none but with the package's trait `Mutants`.
package enum Mutants {
    #if Mutants
        /// What `putIn` takes.
        package static let names = Mutant.allCases.map(\.rawValue)

        /// Puts the defect of this name in for the rest of the process; false if there is none.
        package static func putIn(_ name: String) -> Bool {
            guard let mutant = Mutant(rawValue: name) else { return false }
            mutant.putIn()
            return true
        }
    #else
        /// There is none.
        package static let names: [String] = []

        /// False: there is none to put in.
        package static func putIn(_ name: String) -> Bool { false }
    #endif
}
