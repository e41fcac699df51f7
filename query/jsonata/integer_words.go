package jsonata

import (
	"math"
	"regexp"
	"strings"
)

var (
	smallWords = strings.Fields("Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen " +
		"Fifteen Sixteen Seventeen Eighteen Nineteen")
	smallOrdinals = strings.Fields("Zeroth First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth " +
		"Thirteenth Fourteenth Fifteenth Sixteenth Seventeenth Eighteenth Nineteenth")
	tenWords       = strings.Fields("Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety")
	magnitudeWords = strings.Fields("Thousand Million Billion Trillion")
)

// numberWords writes n in English words. Above a trillion, trillions are counted in words themselves.
func numberWords(n float64, ordinal bool, budget allowance) (string, error) {
	w := wordWriter{budget: budget}
	if err := w.write(n, false, ordinal); err != nil {
		return "", err
	}
	return w.String(), nil
}

// wordWriter collects words.
type wordWriter struct {
	strings.Builder
	budget allowance
}

// write appends n; more says that larger words stand before it. The remainder of a number too large for exact
// arithmetic can be as long as the number, so that each word is paid for.
func (w *wordWriter) write(n float64, more, ordinal bool) error {
	if err := w.budget.spend(1); err != nil {
		return err
	}
	if n < 100 {
		if more {
			w.WriteString(" and ")
		}
		w.writeSmall(int(n), ordinal)
		return nil
	}
	if more {
		w.WriteString(", ")
	}
	unit, name := 100.0, "Hundred"
	for i, magnitude := range magnitudeWords {
		if size := math.Pow(1000, float64(i+1)); n >= size {
			unit, name = size, magnitude
		}
	}
	count := math.Floor(n / unit)
	if err := w.write(count, false, false); err != nil {
		return err
	}
	w.WriteString(" " + name)
	if err := w.budget.reserve(len(" ") + len(name)); err != nil {
		return err
	}
	if rest := n - count*unit; rest > 0 {
		return w.write(rest, true, ordinal)
	}
	if ordinal {
		w.WriteString("th")
	}
	return nil
}

// writeSmall appends n < 100.
func (w *wordWriter) writeSmall(n int, ordinal bool) {
	if n >= 20 {
		ten := tenWords[n/10-2]
		n %= 10
		switch {
		case n > 0:
			w.WriteString(ten + "-")
		case ordinal:
			w.WriteString(strings.TrimSuffix(ten, "y") + "ieth")
			return
		default:
			w.WriteString(ten)
			return
		}
	}
	if ordinal {
		w.WriteString(smallOrdinals[n])
	} else {
		w.WriteString(smallWords[n])
	}
}

// wordValues is the value of each word, in lower case, that numberWords can write.
var wordValues = func() map[string]float64 {
	values := map[string]float64{"hundred": 100, "hundredth": 100}
	for i := range smallWords {
		values[strings.ToLower(smallWords[i])] = float64(i)
		values[strings.ToLower(smallOrdinals[i])] = float64(i)
	}
	for i, ten := range tenWords {
		ten = strings.ToLower(ten)
		values[ten] = float64(i+2) * 10
		values[strings.TrimSuffix(ten, "y")+"ieth"] = float64(i+2) * 10
	}
	for i, magnitude := range magnitudeWords {
		magnitude = strings.ToLower(magnitude)
		values[magnitude] = math.Pow(1000, float64(i+1))
		values[magnitude+"th"] = math.Pow(1000, float64(i+1))
	}
	return values
}()

var betweenWords = regexp.MustCompile(`,[\s\v]|[\s\v]and[\s\v]|[\s\v\\-]`)

// wordsValue reads words in lower case; NaN if one is unknown.
func wordsValue(words string) float64 {
	segments := []float64{0}
	for _, word := range betweenWords.Split(words, -1) {
		value, known := wordValues[word]
		last := &segments[len(segments)-1]
		switch {
		case !known:
			return math.NaN()
		case value >= 100:
			*last *= value
		case *last >= 1000:
			segments = append(segments, value)
		default:
			*last += value
		}
	}
	sum := 0.0
	for _, s := range segments {
		sum += s
	}
	return sum
}
