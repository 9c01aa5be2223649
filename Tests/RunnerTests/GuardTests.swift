import EventLoop
import Glibc
import Programs
import Runner
import Testing

@Suite(.serialized) struct `A guarded program` {
    @Test func `gets its payload, its environment and a folder of its own, and nothing else`()
        throws
    {
        try Bench.use { bench in
            let run = try bench.run(
                script: """
                    cat
                    echo
                    env | sed 's/=.*//' | sort | tr '\\n' ' '
                    echo
                    ls -a | tr '\\n' ' '
                    echo
                    ls /proc/self/fd | tr '\\n' ' '
                    echo
                    [ "$PWD" = "$TMPDIR" ] && [ "$HOME" = "$TMPDIR" ] && echo "$NAMED"
                    umask
                    touch left
                    echo says >&3
                    echo errs >&2
                    """, payload: Array(#"{"name":"ä"}"#.utf8), environment: ["NAMED=value"])
            let lines = run.outputText.split(separator: "\n")
            #expect(lines[0] == #"{"name":"ä"}"#)
            #expect(lines[1] == "HOME NAMED PATH PWD TMPDIR ")
            #expect(lines[2] == ". .. ")
            // The last one is the folder that `ls` reads.
            #expect(lines[3] == "0 1 2 3 4 ")
            #expect(lines[4] == "value")
            #expect(lines[5] == "0022")
            #expect(run.channel == Array("says\n".utf8))
            #expect(run.errors == Array("errs\n".utf8))
            #expect(run.end?.cause == .exit(0))
            #expect((run.end?.processorMicroseconds ?? 0) > 0)
            #expect(bench.leftovers == [])
        }
    }

    @Test(
        arguments: [("exit 7", .exit(7)), ("kill -SEGV $$", .signal(11)), ("", .exit(0))]
            as [(String, ProgramEnd.Cause)])
    func `ends as it ends`(script: String, cause: ProgramEnd.Cause) throws {
        try Bench.use { bench in
            let end = try bench.run(script: script).end
            #expect(end?.cause == cause)
        }
    }

    @Test func `that cannot be started says why`() throws {
        try Bench.use { bench in
            let plain = try bench.make("plain", "#!/bin/sh\n", isExecutable: false)
            let lost = try bench.make("lost", "#!/no/such/interpreter\n")
            // The head of a program for a machine of 64-bit ARM.
            var head: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9)
            head += [2, 0, 0xB7, 0, 1, 0, 0, 0] + [UInt8](repeating: 0, count: 40)
            let foreign = try bench.make("foreign", head)
            let text = try bench.make("text", "echo hello\n")
            for (path, number) in [
                (plain, EACCES), (lost, ENOENT), (foreign, ENOEXEC), (text, ENOEXEC),
                (bench.folder, EACCES),
            ] {
                let end = try bench.run(program: path).end
                #expect(end?.cause == .unstarted(.exec, error: number), "\(path)")
            }
            for path in [bench.folder + "/none", plain + "/run"] {
                let end = try bench.run(program: path).end
                #expect(
                    [ENOENT, ENOTDIR].contains { end?.cause == .unstarted(.gone, error: $0) },
                    "\(path)")
            }
            #expect(bench.leftovers == [])
        }
    }

    @Test func `that has no folder to work in is not started`() throws {
        try Bench.use { bench in
            try #require(rmdir(bench.folder + "/tmp") == 0)
            let end = try bench.run(script: "").end
            #expect(end?.cause == .unstarted(.folder, error: ENOENT))
        }
    }

    @Test func `need not read its payload`() throws {
        try Bench.use { bench in
            let payload = [UInt8](repeating: 0x20, count: 256 * 1_024)
            let end = try bench.run(script: "exit 3", payload: payload).end
            #expect(end?.cause == .exit(3))
            let read = try bench.run(script: "wc -c; wc -c < /dev/stdin", payload: payload)
            #expect(read.numbers == [262_144, 262_144])
        }
    }

    @Test func `may close its streams, and speaks through those that it has`() throws {
        try Bench.use { bench in
            let run = try bench.run(script: "exec 3>&- 2>&-; echo still here; exec >&-; exit 5")
            #expect(run.outputText == "still here\n")
            #expect(run.end?.cause == .exit(5))
        }
    }

    @Test func `may open its streams anew by their names`() throws {
        try Bench.use { bench in
            let run = try bench.run(script: "echo one > /dev/stdout; echo two > /proc/self/fd/3")
            #expect(run.outputText == "one\n")
            #expect(run.channel == Array("two\n".utf8))
        }
    }

    @Test func `may say more than anybody keeps`() throws {
        try Bench.use { bench in
            var log = JobLog()
            let run = try bench.run(
                script:
                    "head -c 20000000 /dev/zero; echo; yes 0123456789 | head -c 4400000;"
                    + " head -c 300000 /dev/zero | tr '\\0' x >&2")
            log.received(run.output, on: .output)
            log.received(run.errors, on: .errors)
            log.finished()
            let lines = log.take(bytesMax: .max, linesMax: .max)
            // What is kept is its beginning, and a line that says what is not.
            #expect(lines.first?.hasSuffix("\u{FFFD} [weir: the line was cut]") == true)
            #expect(lines.reduce(0) { $0 + $1.utf8.count + 1 } <= 1 << 20)
            let dropped = 400_001 - (lines.count - 2)
            #expect(lines.last?.hasPrefix("[weir] the log is full: \(dropped) more lines") == true)
            #expect(log.trace?.hasSuffix("xx [weir: the line was cut]") == true)
            #expect(run.output.count == 24_400_001)
            #expect(run.errors.count == 300_000)
            #expect(run.end?.cause == .exit(0))
        }
    }

    @Test func `leaves no daemon behind`() throws {
        try Bench.use { bench in
            let run = try bench.run(
                script: """
                    setsid sh -c 'echo $$; setsid sleep 1001 & echo $!; exec sleep 1002' &
                    (setsid sh -c 'echo $$; trap "" TERM HUP; sleep 1003') &
                    while [ "$(ps -e -o args= | grep -c '^sleep 100[123]$')" -lt 3 ]; do :; done
                    """)
            #expect(run.end?.cause == .exit(0))
            #expect(run.numbers.count == 3)
            #expect(run.numbers.allSatisfy(Bench.isGone))
        }
    }

    @Test func `is not waited for by grandchildren that hold its pipes`() throws {
        try Bench.use { bench in
            let run = try bench.run(script: "sleep 1000 & sleep 1000 & echo $!; exit 4")
            #expect(run.end?.cause == .exit(4))
            #expect(run.numbers.allSatisfy(Bench.isGone))
        }
    }

    @Test func `is asked to end by SIGTERM to its group`() throws {
        try Bench.use { bench in
            var isTold = false
            let run = try bench.run(
                script: """
                    trap 'echo told; exit 9' TERM
                    sh -c 'trap "echo group; exit" TERM; echo ready; while :; do sleep 0.1; done'
                    """
            ) { program, run in
                if !isTold, run.outputText.contains("ready") { program.terminate() }
                isTold = isTold || run.outputText.contains("ready")
            }
            #expect(run.end?.cause == .exit(9))
            #expect(run.outputText.contains("told\n") && run.outputText.contains("group\n"))
        }
    }

    @Test func `that ignores SIGTERM is killed`() throws {
        try Bench.use { bench in
            var isTold = false
            let run = try bench.run(
                script: "trap '' TERM; echo $$; while :; do sleep 1000; done"
            ) { program, run in
                if !isTold {
                    program.terminate()
                    program.kill()
                }
                isTold = true
            }
            #expect(run.end?.cause == .signal(SIGKILL))
            #expect(run.numbers.count == 1 && run.numbers.allSatisfy(Bench.isGone))
        }
    }

    @Test func `dies with its server`() throws {
        try Bench.use { bench in
            var pids: [Int32] = []
            let order = GuardOrder(
                program: try bench.make(
                    "kind", "#!/bin/sh\nsetsid sleep 1000 &\necho $!\necho $$\nsleep 1000\n"),
                folder: bench.folder + "/tmp", name: "job",
                environment: ["PATH=/usr/bin:/bin"])
            var output: [UInt8] = []
            let program = try GuardedProgram(
                loop: bench.loop, nursery: bench.nursery, order: order, payload: [],
                onBytes: { if $0 == .output { output += $1 } },
                onEnd: { _ in Issue.record("it ended") })
            bench.run {
                pids = String(decoding: output, as: UTF8.self).split(separator: "\n")
                    .compactMap { Int32($0) }
                return pids.count == 2
            }
            // What the guard sees when its server is gone.
            program.close()
            bench.run { pids.allSatisfy(Bench.isGone) && bench.leftovers == [] }
        }
    }

    @Test func `whose guard is killed is killed too, daemons included`() throws {
        try Bench.use { bench in
            let run = try bench.run(
                script: """
                    setsid sleep 1000 &
                    echo $!
                    echo $$
                    read -r _ _ _ parent _ < /proc/self/stat
                    kill -KILL $parent
                    sleep 1000
                    """)
            #expect(run.end?.cause == .guardLost)
            #expect(run.numbers.count == 2)
            bench.run { run.numbers.allSatisfy(Bench.isGone) && bench.leftovers == [] }
            // The next one has a nursery that works.
            let end = try bench.run(script: "exit 2").end
            #expect(end?.cause == .exit(2))
        }
    }

    @Test func `cannot hold its guard up`() throws {
        try Bench.use { bench in
            // It ends by itself, and is asked to.
            let alone = try bench.run(script: "kill -STOP $PPID; exit 6")
            #expect(alone.end?.cause == .exit(6))
            var isTold = false
            let asked = try bench.run(script: "kill -STOP $PPID; echo held; exec sleep 1000") {
                program, run in
                if !isTold { program.terminate() }
                isTold = true
            }
            #expect(asked.end?.cause == .signal(SIGTERM))
            #expect(bench.leftovers == [])
        }
    }

    @Test func `that holds up its guard again and again is ended by the server`() throws {
        try Bench.use { bench in
            var isTold = false
            let run = try bench.run(
                script: """
                    read -r _ _ _ nursery _ < /proc/$PPID/stat
                    trap '' TERM
                    setsid sleep 1000 &
                    echo $!
                    echo $$
                    while kill -STOP $nursery $PPID; do :; done
                    """
            ) { program, run in
                if !isTold, run.numbers.count == 2 {
                    program.terminate()
                    program.kill()
                    isTold = true
                }
            }
            #expect([.guardLost, .signal(SIGKILL)].contains(run.end?.cause))
            bench.run { run.numbers.allSatisfy(Bench.isGone) && bench.leftovers == [] }
            let next = try bench.run(script: "exit 2").end
            #expect(next?.cause == .exit(2))
        }
    }

    @Test func `whose guard was held up dies with its server all the same`() throws {
        try Bench.use { bench in
            let order = GuardOrder(
                program: try bench.make(
                    "kind", "#!/bin/sh\nkill -STOP $PPID\necho $$\nexec sleep 1000\n"),
                folder: bench.folder + "/tmp", name: "job",
                environment: ["PATH=/usr/bin:/bin"])
            var output: [UInt8] = []
            let program = try GuardedProgram(
                loop: bench.loop, nursery: bench.nursery, order: order, payload: [],
                onBytes: { if $0 == .output { output += $1 } }, onEnd: { _ in })
            bench.run { output.last == 10 }
            program.close()
            bench.nursery.close()
            let pid = Int32(String(decoding: output.dropLast(), as: UTF8.self)) ?? 0
            #expect(pid > 0)
            bench.run { Bench.isGone(pid) && bench.leftovers == [] }
        }
    }

    @Test func `leaves no folder, however it is made`() throws {
        try Bench.use { bench in
            let run = try bench.run(
                script: """
                    mkdir -p a/b/c locked/in; touch a/b/c/file locked/in/file; ln -s / a/root
                    chmod 000 locked/in; chmod 500 locked
                    mkfifo pipe
                    i=0; while [ $i -lt 300 ]; do mkdir d; cd d; i=$((i+1)); done
                    cd "$TMPDIR"; echo done; chmod 000 .
                    """)
            #expect(run.outputText == "done\n")
            #expect(bench.leftovers == [])
            #expect(PlainFolder.isFolder("/usr"))
        }
    }

    @Test func `names of jobs are no paths`() throws {
        try Bench.use { bench in
            var end: ProgramEnd?
            let order = GuardOrder(
                program: try bench.make("kind", "#!/bin/sh\npwd\n"), folder: bench.folder + "/tmp",
                name: "../../../etc/x\u{0}program=/bin/false",
                environment: ["PATH=/usr/bin:/bin", "A=1\u{0}program=/bin/false"])
            var output: [UInt8] = []
            let program = try GuardedProgram(
                loop: bench.loop, nursery: bench.nursery, order: order, payload: [],
                onBytes: { if $0 == .output { output += $1 } }, onEnd: { end = $0 })
            bench.run { end != nil }
            program.close()
            #expect(end?.cause == .exit(0))
            let path = String(decoding: output, as: UTF8.self)
            #expect(path.hasPrefix(bench.folder + "/tmp/_________etc_x_program__bin_false-"))
        }
    }
}
