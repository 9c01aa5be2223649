extension PlanFile {
    /// The file that stands in where no other is named.
    package static let standard = """
        {
          "plans": [
            {
              "id": "free",
              "name": "Free",
              "rank": 0,
              "limits": {"jobs": {"limit": 10}},
              "max_held": 100
            },
            {
              "id": "pro",
              "name": "Pro",
              "rank": 1,
              "limits": {"jobs": {"limit": 100, "overage_price": "0.05"}},
              "weight": 2,
              "max_held": 1000
            },
            {
              "id": "enterprise",
              "name": "Enterprise",
              "rank": 2,
              "limits": {"jobs": {"limit": null}},
              "weight": 4
            }
          ]
        }

        """
}
