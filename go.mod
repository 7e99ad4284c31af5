module portolan

go 1.26
