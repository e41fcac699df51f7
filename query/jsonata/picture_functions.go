package jsonata

// pictureFunctions write and read numbers and times by pictures.
var pictureFunctions = []*builtin{
	{name: "formatNumber", signature: "<n-so?:s>", run: runFormatNumber},
	{name: "formatInteger", signature: "<n-s:s>", run: runFormatInteger},
	{name: "parseInteger", signature: "<s-s:n>", run: runParseInteger},
	{name: "fromMillis", signature: "<n-s?s?:s>", run: runFromMillis},
	{name: "toMillis", signature: "<s-s?:n>", run: runToMillis},
	{name: "now", signature: "<s?s?:s>", run: runNow},
	{name: "millis", signature: "<:n>", run: runMillis},
}

// argument returns the i-th argument, undefined if it was not given.
func argument(args []value, i int) value {
	if i < len(args) {
		return args[i]
	}
	return undefined
}

func runFormatNumber(c *call, args []value) (value, error) {
	n := argument(args, 0)
	if n.isUndefined() {
		return undefined, nil
	}
	symbols := defaultSymbols()
	if options := argument(args, 2); options.kind == objectKind {
		for name, symbol := range options.object().all() {
			if symbol.kind == stringKind {
				symbols.set(name, symbol.s)
			}
		}
	}
	return textResult(formatNumber(n.n, argument(args, 1).s, symbols, c))
}

func runFormatInteger(c *call, args []value) (value, error) {
	n := argument(args, 0)
	if n.isUndefined() {
		return undefined, nil
	}
	picture, err := spentIntegerPicture(c, argument(args, 1).s)
	if err != nil {
		return undefined, err
	}
	return textResult(picture.format(n.n, c))
}

func runParseInteger(c *call, args []value) (value, error) {
	s := argument(args, 0)
	if s.isUndefined() {
		return undefined, nil
	}
	picture, err := spentIntegerPicture(c, argument(args, 1).s)
	if err != nil {
		return undefined, err
	}
	if err := c.spend(1 + len(s.s)/16); err != nil {
		return undefined, err
	}
	return numberResult(picture.parse(s.s))
}

// spentIntegerPicture compiles a picture after asking the budget.
func spentIntegerPicture(c *call, picture string) (*integerPicture, error) {
	if err := c.reserve(len(picture) * 4); err != nil {
		return nil, err
	}
	return compileIntegerPicture(picture)
}

func runFromMillis(c *call, args []value) (value, error) {
	t := argument(args, 0)
	if t.isUndefined() {
		return undefined, nil
	}
	return formatMillis(c, t.n, argument(args, 1), argument(args, 2))
}

// formatMillis writes a time; picture and zone may be undefined.
func formatMillis(c *call, t float64, picture, zone value) (value, error) {
	source, offset := isoPicture, zoneOffset{}
	if !picture.isUndefined() {
		source = picture.s
	}
	if !zone.isUndefined() {
		offset = parseZone(zone.s)
	}
	compiled, err := compileDatePicture(source, c)
	if err != nil {
		return undefined, err
	}
	return textResult(compiled.formatTime(t, offset, c))
}

func runToMillis(c *call, args []value) (value, error) {
	s, picture := argument(args, 0), argument(args, 1)
	switch {
	case s.isUndefined():
		return undefined, nil
	case picture.isUndefined():
		return numberResult(parseISO(s.s, c))
	}
	compiled, err := compileDatePicture(picture.s, c)
	if err != nil {
		return undefined, err
	}
	t, ok, err := compiled.parseTime(s.s, nowMillis(c), c)
	if err != nil || !ok {
		return undefined, err
	}
	return number(t), nil
}

func runNow(c *call, args []value) (value, error) {
	return formatMillis(c, nowMillis(c), argument(args, 0), argument(args, 1))
}

func runMillis(c *call, _ []value) (value, error) { return number(nowMillis(c)), nil }

// nowMillis is the time of the evaluation.
func nowMillis(c *call) float64 { return float64(c.now().UnixMilli()) }

func textResult(s string, err error) (value, error) {
	if err != nil {
		return undefined, err
	}
	return text(s), nil
}

func numberResult(n float64, err error) (value, error) {
	if err != nil {
		return undefined, err
	}
	return number(n), nil
}
