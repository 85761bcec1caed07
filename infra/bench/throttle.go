package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// share is how much of a core a function has once it has started: as much as Lambda gives to some 180 MB of memory.
const share = 0.1

// throttle is a control group whose processes get that share, in turns as short as the kernel allows. Making one needs rights that not
// everybody has.
type throttle struct{ dir, procs string }

// newThrottle returns nil when there can be none here.
func newThrottle() *throttle {
	name := fmt.Sprintf("vestibule-bench-%d", os.Getpid())
	one := &throttle{filepath.Join("/sys/fs/cgroup/cpu", name), "cgroup.procs"}
	if os.Mkdir(one.dir, 0o755) == nil {
		if one.set("cpu.cfs_period_us", "10000") && one.set("cpu.cfs_quota_us", strconv.Itoa(share*10000)) {
			return one
		}
		one.remove()
	}
	two := &throttle{filepath.Join("/sys/fs/cgroup", name), "cgroup.procs"}
	if os.Mkdir(two.dir, 0o755) == nil {
		if two.set("cpu.max", strconv.Itoa(share*10000)+" 10000") {
			return two
		}
		two.remove()
	}
	return nil
}

func (t *throttle) set(file, value string) bool {
	return os.WriteFile(filepath.Join(t.dir, file), []byte(value), 0o644) == nil
}

func (t *throttle) hold(pid int) error {
	if !t.set(t.procs, strconv.Itoa(pid)) {
		return fmt.Errorf("process %d cannot be put into %s", pid, t.dir)
	}
	return nil
}

func (t *throttle) remove() { os.Remove(t.dir) }
