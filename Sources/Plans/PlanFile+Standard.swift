extension PlanFile {
    /// The file that stands in where no other is named.
    package static let standard = file(proPrices: "", enterprisePrices: "")

    /// The same for a demo, which sells what the samples of events are of.
    package static let demo = file(
        proPrices: """

                  "prices": {
                    "month": {
                      "amount": "49.00", "currency": "usd", "price_env": "WEIR_PRICE_PRO_MONTH",
                      "lookup_key": "pro_month"
                    },
                    "year": {
                      "amount": "490.00", "currency": "usd", "price_env": "WEIR_PRICE_PRO_YEAR",
                      "lookup_key": "pro_year"
                    }
                  },
            """,
        enterprisePrices: """

                  "prices": {
                    "year": {
                      "amount": "4900.00", "currency": "usd",
                      "price_env": "WEIR_PRICE_ENTERPRISE_YEAR"
                    }
                  },
            """)

    /// The prices' ids of a demo, where the environment has no others.
    package static let demoPrices = [
        "WEIR_PRICE_PRO_MONTH": "price_pro_month",
        "WEIR_PRICE_PRO_YEAR": "price_pro_year",
        "WEIR_PRICE_ENTERPRISE_YEAR": "price_enterprise_year",
    ]

    private static func file(proPrices: String, enterprisePrices: String) -> String {
        """
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
              "rank": 1,\(proPrices)
              "limits": {"jobs": {"limit": 100, "overage_price": "0.05"}},
              "weight": 2,
              "max_held": 1000
            },
            {
              "id": "enterprise",
              "name": "Enterprise",
              "rank": 2,\(enterprisePrices)
              "limits": {"jobs": {"limit": null}},
              "weight": 4
            }
          ]
        }

        """
    }
}
