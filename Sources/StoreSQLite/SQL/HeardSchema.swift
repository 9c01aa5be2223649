extension Schema {
    /// How long an attempt had run when it was last heard, by the steady clock of its process: a
    /// later process cannot know it. Null until a heartbeat came, and of heartbeats before this.
    static let heard = """
        ALTER TABLE attempts ADD COLUMN ran INTEGER CHECK (ran >= 0);
        """
}
