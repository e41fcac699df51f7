package jsonata

import "unicode/utf8"

// Costs of the backtracking matcher.
const (
	regexInstsPerStep = 16 // instructions for one step of the budget
	regexFrameBytes   = 16 // size of an entry of its stack
)

// regexMachine runs a program over a text. What it must come back to lies on a stack of its own, so that neither
// the text nor the program can overflow Go's.
type regexMachine struct {
	program   *regexProgram
	text      string
	registers []int // positions in bytes, -1 if unset
	stack     []regexFrame
	budget    allowance
	insts     int // until the next step of the budget
}

// regexFrame is a way that was not taken (where >= 0: go on at that instruction, with that position) or a register to
// restore (where < 0: register -where-1, position).
type regexFrame struct{ where, pos int32 }

// regexTextMax is the number of bytes that the positions on the stack can count.
const regexTextMax = 1<<31 - 1

// find returns the registers of the groups of the first match at from or behind it, nil if there is none. Errors are those
// of the budget.
func (p *regexProgram) find(budget allowance, text string, from int) ([]int, error) {
	if len(text) > regexTextMax {
		return nil, errMemory()
	}
	m := &regexMachine{program: p, text: text, budget: budget, registers: make([]int, p.registers)}
	for start := from; start <= len(text); {
		for i := range m.registers {
			m.registers[i] = -1
		}
		if err := m.tick(len(m.registers)); err != nil {
			return nil, err
		}
		matched, err := m.run(0, start)
		if matched || err != nil {
			return m.registers, err
		}
		_, size := utf8.DecodeRuneInString(text[start:])
		start += max(size, 1)
	}
	return nil, nil
}

// tick accounts for so many instructions.
func (m *regexMachine) tick(n int) error {
	m.insts -= n
	if m.insts > 0 {
		return nil
	}
	steps := 1 + -m.insts/regexInstsPerStep
	m.insts += steps * regexInstsPerStep
	return m.budget.spend(steps)
}

func (m *regexMachine) push(where, pos int) error {
	if len(m.stack) == cap(m.stack) {
		if err := m.budget.reserve(max(2*cap(m.stack), 64) * regexFrameBytes); err != nil {
			return err
		}
	}
	m.stack = append(m.stack, regexFrame{int32(where), int32(pos)})
	return nil
}

func (m *regexMachine) save(register, pos int) error {
	err := m.push(-register-1, m.registers[register])
	m.registers[register] = pos
	return err
}

// run matches from instruction pc at pos and reports whether it came to codeAccept. If not, registers and stack are
// as they were.
func (m *regexMachine) run(pc, pos int) (bool, error) {
	base := len(m.stack)
	for {
		if err := m.tick(1); err != nil {
			return false, err
		}
		inst := &m.program.insts[pc]
		if inst.code == codeAccept {
			return true, nil
		}
		nextPC, nextPos, ok, err := m.step(inst, pc, pos)
		if err != nil {
			return false, err
		}
		if ok {
			pc, pos = nextPC, nextPos
			continue
		}
		if pc, pos, ok = m.backtrack(base); !ok {
			return false, nil
		}
	}
}

// backtrack goes back to the last way that was not taken above base.
func (m *regexMachine) backtrack(base int) (pc, pos int, ok bool) {
	for len(m.stack) > base {
		f := m.stack[len(m.stack)-1]
		m.stack = m.stack[:len(m.stack)-1]
		if f.where >= 0 {
			return int(f.where), int(f.pos), true
		}
		m.registers[-f.where-1] = int(f.pos)
	}
	return 0, 0, false
}

// step carries out one instruction and returns where to go on, or that it failed.
func (m *regexMachine) step(inst *regexInst, pc, pos int) (nextPC, nextPos int, ok bool, err error) {
	nextPC, nextPos, ok = pc+1, pos, true
	switch inst.code {
	case codeSet:
		r, size := m.rune(pos, inst.back)
		ok = size > 0 && inst.set.has(r)
		nextPos = moved(pos, size, inst.back)
	case codeSplit:
		nextPC, err = inst.x, m.push(inst.y, pos)
	case codeJump:
		nextPC = inst.x
	case codeSave, codeMark:
		err = m.save(inst.x, pos)
	case codeForget:
		for r := inst.x; r < inst.y && err == nil; r++ {
			err = m.save(r, -1)
		}
	case codeProgress:
		ok = m.registers[inst.x] != pos
	case codeStart:
		ok = pos == 0 || m.program.multiline && m.lineEnd(pos, true)
	case codeEnd:
		ok = pos == len(m.text) || m.program.multiline && m.lineEnd(pos, false)
	case codeBoundary:
		ok = (m.word(pos, true) != m.word(pos, false)) != inst.negative
	case codeLook:
		nextPC = inst.x
		ok, err = m.look(inst, pc, pos)
	case codeBackref:
		nextPos, ok, err = m.backref(inst, pos)
	}
	return nextPC, nextPos, ok, err
}

func moved(pos, size int, back bool) int {
	if back {
		return pos - size
	}
	return pos + size
}

// rune returns the code point at pos, or before it; its size is 0 if there is none.
func (m *regexMachine) rune(pos int, back bool) (rune, int) {
	if back {
		return utf8.DecodeLastRuneInString(m.text[:pos])
	}
	return utf8.DecodeRuneInString(m.text[pos:])
}

func (m *regexMachine) lineEnd(pos int, back bool) bool {
	r, size := m.rune(pos, back)
	return size > 0 && lineTerminators.has(r)
}

func (m *regexMachine) word(pos int, back bool) bool {
	r, size := m.rune(pos, back)
	return size > 0 && wordRunes.has(r)
}

// look matches the assertion behind pc. Of a match, groups stay, but no other way is tried later.
func (m *regexMachine) look(inst *regexInst, pc, pos int) (bool, error) {
	base := len(m.stack)
	matched, err := m.run(pc+1, pos)
	if err != nil || !matched {
		return inst.negative, err
	}
	if inst.negative {
		for i := len(m.stack) - 1; i >= base; i-- {
			if f := m.stack[i]; f.where < 0 {
				m.registers[-f.where-1] = int(f.pos)
			}
		}
		m.stack = m.stack[:base]
		return false, nil
	}
	kept := m.stack[:base]
	for _, f := range m.stack[base:] {
		if f.where < 0 {
			kept = append(kept, f)
		}
	}
	m.stack = kept
	return true, nil
}

// backref steps over the text of a group again; a group that is unset matches the empty string.
func (m *regexMachine) backref(inst *regexInst, pos int) (next int, ok bool, err error) {
	start, end := m.registers[2*inst.x], m.registers[2*inst.x+1]
	if start < 0 || end < 0 {
		return pos, true, nil
	}
	want := m.text[start:end]
	if err := m.tick(len(want)); err != nil {
		return pos, false, err
	}
	for want != "" {
		r, size := m.rune(pos, inst.back)
		var w rune
		var n int
		if inst.back {
			w, n = utf8.DecodeLastRuneInString(want)
			want = want[:len(want)-n]
		} else {
			w, n = utf8.DecodeRuneInString(want)
			want = want[n:]
		}
		if size == 0 || r != w && !(m.program.fold && canonicalRune(r) == canonicalRune(w)) {
			return pos, false, nil
		}
		pos = moved(pos, size, inst.back)
	}
	return pos, true, nil
}
