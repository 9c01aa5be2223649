import CLI

runWeir()
