// The rivals that portolan is measured against: a module of its own, so that
// they stay out of the program's.
module portolan/bench

go 1.26.0

require portolan v0.0.0

replace portolan => ../
