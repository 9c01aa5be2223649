/// What `weir jobs new` begins a kind with.
enum KindTemplate: String {
    case sh
    case python

    /// The first `job.json`.
    static let settings = """
        {
          "timeout": "5m",
          "max_attempts": 5
        }

        """

    /// The first `run`.
    var program: String {
        switch self {
        case .sh:
            """
            #!/bin/sh
            # Standard input is the payload, what is printed is the log, fd 3 speaks to Weir.
            # Exit 0: done. 75: later. 65 or 78: never again. Anything else: failed, tried again.
            set -eu

            payload=$(cat)
            echo "job $WEIR_JOB_ID of $WEIR_TENANT, attempt $WEIR_ATTEMPT: $payload"

            echo '{"progress":50,"message":"half way"}' >&3
            echo '{"result":{"done":true}}' >&3

            """
        case .python:
            KindTemplate.python3.joined(separator: "\n") + "\n"
        }
    }

    /// A line each.
    private static let python3 = [
        "#!/usr/bin/env python3",
        "# Standard input is the payload, what is printed is the log, fd 3 speaks to Weir.",
        "# Exit 0: done. 75: later. 65 or 78: never again. Anything else: failed, tried again.",
        "import json",
        "import os",
        "import sys",
        "",
        "payload = json.load(sys.stdin)",
        "weir = os.fdopen(3, \"w\", buffering=1)",
        "",
        "",
        "def tell(**what):",
        "    print(json.dumps(what), file=weir)",
        "",
        "",
        "print(\"job\", os.environ[\"WEIR_JOB_ID\"], \"payload\", payload, flush=True)",
        "tell(progress=50, message=\"half way\")",
        "tell(result={\"done\": True})",
    ]
}
