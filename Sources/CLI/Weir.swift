import Server

/// The program.
package func runWeir() {
    var config = Config()
    config.isDemo = true
    _ = Server.run(config) { print($0) }
}
