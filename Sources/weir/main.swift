import CLI

WeirProgram.main()
