package gateway

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"sync"
	"time"
)

// Lambda gives a function ten seconds to ask for its first event.
const longestInit = 10 * time.Second

// process is one execution environment: a running binary with a Runtime API of its own, so that an answer, a crash and a silence all
// belong to the one event that it holds.
type process struct {
	function string
	arn      string
	timeout  time.Duration
	command  *exec.Cmd
	api      *http.Server
	log      io.Writer
	died     func(function string, why error)
	next     chan *invocation
	warm     chan struct{} // closed when the first event was asked for
	ended    chan struct{} // closed when the process is gone
	ready    func()

	mu      sync.Mutex
	current *invocation
	failed  error // why it could not start
	reason  error // how it went
	meant   bool  // it was ended from here
}

// start runs the binary and waits until it asks for its first event.
func (f *fleet) start() (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for %s: %w", f.function.ID, err)
	}
	p := &process{
		function: f.function.ID, arn: f.arn, timeout: f.timeout, log: f.log, died: f.died,
		next: make(chan *invocation), warm: make(chan struct{}), ended: make(chan struct{}),
	}
	p.ready = sync.OnceFunc(func() { close(p.warm) })
	p.api = &http.Server{Handler: p.runtime()}
	go p.api.Serve(listener)
	p.command = exec.Command(f.binary)
	p.command.Env = f.environment(listener.Addr().String())
	p.command.Stdout, p.command.Stderr = f.log, f.log
	p.command.WaitDelay = time.Second // a child of the function may hold its output open
	p.command.SysProcAttr = apart()
	if err := p.command.Start(); err != nil {
		p.api.Close()
		return nil, fmt.Errorf("start %s: %w", f.function.ID, err)
	}
	go p.watch()
	select {
	case <-p.warm:
		return p, nil
	case <-time.After(longestInit):
		p.broken(FunctionError{p.function, "Sandbox.Timedout", fmt.Sprintf("it asked for no event within %v", longestInit)})
		p.end()
	case <-p.ended:
	}
	return nil, p.why()
}

func (p *process) watch() {
	reason := p.command.Wait()
	p.mu.Lock()
	p.reason = reason
	meant := p.meant
	p.mu.Unlock()
	close(p.ended)
	p.api.Close()
	select {
	case <-p.warm:
	default:
		return // it never was there; whoever started it is told
	}
	if !meant && p.died != nil {
		p.died(p.function, p.why())
	}
}

// run passes one event to the process. After an error that is not the function's own answer the process is gone.
func (p *process) run(event []byte) ([]byte, error) {
	current := &invocation{id: requestID(), event: event, begun: make(chan time.Time, 1), outcome: make(chan outcome, 1)}
	select {
	case p.next <- current:
	case <-p.ended:
		return nil, p.why()
	}
	deadline := time.NewTimer(time.Until(<-current.begun))
	defer deadline.Stop()
	select {
	case o := <-current.outcome:
		return o.result, o.err
	case <-p.ended:
		select {
		case o := <-current.outcome: // it answered and went
			return o.result, o.err
		default:
			return nil, p.why()
		}
	case <-deadline.C:
		p.end()
		err := FunctionError{p.function, "Sandbox.Timedout", fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", current.id, p.timeout.Seconds())}
		fmt.Fprintln(p.log, err.Message)
		return nil, err
	}
}

func (p *process) why() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed != nil {
		return p.failed
	}
	how := "exit status 0"
	if p.reason != nil {
		how = p.reason.Error()
	}
	return FunctionError{p.function, "Runtime.ExitError", "Error: Runtime exited with error: " + how}
}

func (p *process) broken(why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed = why
}

func (p *process) setCurrent(i *invocation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.current = i
}

func (p *process) takeCurrent(id string) (*invocation, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	current := p.current
	if current == nil || current.id != id {
		return nil, false
	}
	p.current = nil
	return current, true
}

// end kills the process, as Lambda does with one that it no longer needs, and waits until it is gone.
func (p *process) end() {
	p.mu.Lock()
	p.meant = true
	p.mu.Unlock()
	p.command.Process.Kill()
	<-p.ended
}

func (p *process) gone() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}
