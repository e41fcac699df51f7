package api

import (
	"testing"
	"time"

	"github.com/cogstep/cogstep/query"
)

func request(t *testing.T, text string) input {
	t.Helper()
	v, err := query.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return input{Value: v}
}

func TestPageTokensAreGoodForTheSameQuestionAndADay(t *testing.T) {
	now := time.UnixMilli(1_795_000_000_000)
	a := New(Config{PageKey: []byte("key"), Now: func() time.Time { return now }})
	token := a.sealPage(request(t, `{"stateMachineArn":"a","maxResults":5}`), "cursor")
	ask := func(body string) (string, error) { return a.openPage(request(t, body)) }

	if got, err := ask(`{"stateMachineArn":"a","nextToken":"` + token + `","maxResults":7}`); err != nil || got != "cursor" {
		t.Errorf("the same question: %q, %v", got, err)
	}
	if got, err := ask(`{"stateMachineArn":"a"}`); err != nil || got != "" {
		t.Errorf("no token: %q, %v", got, err)
	}
	for name, body := range map[string]string{
		"another question": `{"stateMachineArn":"b","nextToken":"` + token + `"}`,
		"altered":          `{"stateMachineArn":"a","nextToken":"A` + token[1:] + `x"}`,
		"not a token":      `{"stateMachineArn":"a","nextToken":"some text"}`,
		"too short":        `{"stateMachineArn":"a","nextToken":"AAAA"}`,
	} {
		if _, err := ask(body); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	now = now.Add(pageLifetime + time.Second)
	if _, err := ask(`{"stateMachineArn":"a","nextToken":"` + token + `"}`); err == nil {
		t.Error("a token of yesterday was accepted")
	}
	if a.sealPage(request(t, `{}`), "") != "" {
		t.Error("the last page has no token")
	}
}

func TestNamesAreRefusedAsTheServiceRefusesThem(t *testing.T) {
	for _, name := range []string{"a b", "a\tb", "a<", "a*", "a\"", "a#", "a%", "a\\", "a^", "a|", "a~", "a`", "a$", "a&", "a,", "a;", "a:", "a/", "\x00", "\x1f", "\x7f", "\u0085", "\U0010ffff"} {
		if checkName(name) == nil {
			t.Errorf("%q was accepted", name)
		}
	}
	for _, name := range []string{"", "a.b-c_d+e=f@g!h'i(j)", "ünï", "日本"} {
		if err := checkName(name); err != nil {
			t.Errorf("%q was refused: %v", name, err)
		}
	}
}
