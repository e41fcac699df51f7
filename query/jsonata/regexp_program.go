package jsonata

// regexCodeMax is the number of instructions that a regular expression may have.
const regexCodeMax = 100_000

// regexCode is what an instruction of the backtracking matcher does.
type regexCode uint8

const (
	codeAccept   regexCode = iota // a match
	codeSet                       // step over one code point of set
	codeSplit                     // go on at x; if that fails, at y
	codeJump                      // go on at x
	codeSave                      // remember the position in register x
	codeForget                    // unset the registers from x to y, y not included
	codeMark                      // remember the position in register x, to see progress
	codeProgress                  // fail if the position is still that in register x
	codeStart                     // assertions: as the nodes
	codeEnd
	codeBoundary
	codeLook    // match the program that follows, up to its codeAccept at x-1, here; go on at x
	codeBackref // step over what group x matched
)

// regexInst is one instruction.
type regexInst struct {
	code     regexCode
	set      runeSet
	x, y     int
	negative bool // of look and boundary
	back     bool // set and backref: step backwards
}

// regexProgram is a regular expression for the backtracking matcher. Registers 2g and 2g+1 hold start and end of
// group g; those behind hold marks.
type regexProgram struct {
	insts     []regexInst
	registers int
	fold      bool // flag i
	multiline bool // flag m
	visits    int  // nodes compiled so far: some add no instructions
}

// compileProgram returns the program for n. The error is a regexFault if it is too large.
func compileProgram(n *regexTree, groups int, fold, multiline bool) (*regexProgram, error) {
	p := &regexProgram{registers: 2 * (groups + 1), fold: fold, multiline: multiline}
	p.emit(regexInst{code: codeSave})
	ok := p.node(n, false)
	p.emit(regexInst{code: codeSave, x: 1})
	p.emit(regexInst{code: codeAccept})
	if !ok {
		return nil, regexFault("Regular expression too large")
	}
	return p, nil
}

// emit adds an instruction and returns its place.
func (p *regexProgram) emit(i regexInst) int {
	p.insts = append(p.insts, i)
	return len(p.insts) - 1
}

// node adds the instructions for n; back makes them match leftwards, inside look-behinds. It reports whether the program
// is still small enough.
func (p *regexProgram) node(n *regexTree, back bool) bool {
	if p.visits++; max(p.visits, len(p.insts)) > regexCodeMax {
		return false
	}
	switch n.op {
	case regexSet:
		p.emit(regexInst{code: codeSet, set: n.set, back: back})
	case regexConcat:
		return p.concat(n, back)
	case regexAlternate:
		return p.alternate(n, back)
	case regexRepeat:
		return p.repeat(n, back)
	case regexCapture:
		return p.capture(n, back)
	case regexLook:
		at := p.emit(regexInst{code: codeLook, negative: n.negative})
		ok := p.node(n.subs[0], n.behind)
		p.emit(regexInst{code: codeAccept})
		p.insts[at].x = len(p.insts)
		return ok
	case regexBackref:
		p.emit(regexInst{code: codeBackref, x: n.group, back: back})
	case regexStart:
		p.emit(regexInst{code: codeStart})
	case regexEnd:
		p.emit(regexInst{code: codeEnd})
	case regexBoundary:
		p.emit(regexInst{code: codeBoundary, negative: n.negative})
	}
	return true
}

func (p *regexProgram) concat(n *regexTree, back bool) bool {
	for i := range n.subs {
		if back {
			i = len(n.subs) - 1 - i
		}
		if !p.node(n.subs[i], back) {
			return false
		}
	}
	return true
}

func (p *regexProgram) alternate(n *regexTree, back bool) bool {
	var exits []int
	for i, sub := range n.subs {
		last := i == len(n.subs)-1
		split := -1
		if !last {
			split = p.emit(regexInst{code: codeSplit})
			p.insts[split].x = split + 1
		}
		if !p.node(sub, back) {
			return false
		}
		if !last {
			exits = append(exits, p.emit(regexInst{code: codeJump}))
			p.insts[split].y = len(p.insts)
		}
	}
	for _, exit := range exits {
		p.insts[exit].x = len(p.insts)
	}
	return true
}

func (p *regexProgram) capture(n *regexTree, back bool) bool {
	first, last := 2*n.group, 2*n.group+1
	if back {
		first, last = last, first
	}
	p.emit(regexInst{code: codeSave, x: first})
	ok := p.node(n.subs[0], back)
	p.emit(regexInst{code: codeSave, x: last})
	return ok
}

// repeat unrolls the rounds that must be and those that may be; a loop follows if there is no bound.
func (p *regexProgram) repeat(n *regexTree, back bool) bool {
	body := n.subs[0]
	lo, hi := body.groupSpan()
	round := func() bool {
		if lo < hi {
			p.emit(regexInst{code: codeForget, x: 2 * lo, y: 2 * hi})
		}
		return p.node(body, back)
	}
	for range n.min {
		if !round() {
			return false
		}
	}
	mark := -1
	if body.nullable() {
		mark = p.registers
		p.registers++
	}
	var splits []int
	for i := n.min; n.max < 0 || i < n.max; i++ {
		split := p.emit(regexInst{code: codeSplit})
		splits = append(splits, split)
		if mark >= 0 {
			p.emit(regexInst{code: codeMark, x: mark})
		}
		if !round() {
			return false
		}
		if mark >= 0 {
			p.emit(regexInst{code: codeProgress, x: mark})
		}
		if n.max < 0 {
			p.emit(regexInst{code: codeJump, x: split})
			break
		}
	}
	for _, split := range splits {
		in, out := split+1, len(p.insts)
		if n.lazy {
			in, out = out, in
		}
		p.insts[split].x, p.insts[split].y = in, out
	}
	return true
}

// groupSpan returns the first group in n and the one behind the last; equal if there is none.
func (n *regexTree) groupSpan() (lo, hi int) {
	if n.op == regexCapture {
		lo, hi = n.group, n.group+1
	}
	for _, sub := range n.subs {
		l, h := sub.groupSpan()
		if l == h {
			continue
		}
		if lo == hi {
			lo = l
		}
		hi = max(hi, h)
	}
	return lo, hi
}
