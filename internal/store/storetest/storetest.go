// Package storetest is the storage contract as tests: every store runs the same sentences.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cogstep/cogstep/internal/store"
	"github.com/cogstep/cogstep/internal/store/memory"
)

// Run runs the contract against empty stores that open makes. Run closes them.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, s store.Store)
	}{
		{"CommittedKeysAreRead", committedKeysAreRead},
		{"OfTwoChangesOfOneKeyTheLaterWins", laterChangeWins},
		{"DeletingWhatIsNotThereIsFine", deletingNothing},
		{"KeysOrderAsBytes", keysOrderAsBytes},
		{"ScanBoundsAreHalfOpen", scanBounds},
		{"ScanSeesOneMoment", scanSeesOneMoment},
		{"ShardsDoNotSeeEachOther", shardsAreApart},
		{"TheGreatestShardIsUsableAndNoneAboveIt", greatestShard},
		{"TwoOwnersTheNewerWins", twoOwners},
		{"ClosedStoreAnswersErrClosed", closedStore},
		{"ClosedShardAnswersErrClosed", closedShard},
		{"EmptyBatchIsDone", emptyBatch},
		{"CallerOwnsWhatGetReturns", getIsACopy},
		{"ReadersRunBesideCommits", readersBesideCommits},
		{"RandomOperationsAgreeWithTheModel", randomOperations},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			defer s.Close()
			c.test(t, s)
		})
	}
}

func own(t *testing.T, s store.Store, id store.ShardID) store.Shard {
	t.Helper()
	h, err := s.Open(t.Context(), id, "test")
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func greatestShard(t *testing.T, s store.Store) {
	h := own(t, s, store.ShardIDMax)
	change(t, h, "k=v")
	if v, err := h.Get(t.Context(), []byte("k")); err != nil || string(v) != "v" {
		t.Errorf("got %q, %v", v, err)
	}
	if _, err := s.Open(t.Context(), store.ShardIDMax+1, "test"); !errors.Is(err, store.ErrNoSuchShard) {
		t.Errorf("above it: %v", err)
	}
}

// change commits one batch: "k=v" puts, "k" deletes.
func change(t *testing.T, h store.Shard, changes ...string) {
	t.Helper()
	if err := h.Commit(t.Context(), batch(changes...)); err != nil {
		t.Fatal(err)
	}
}

func batch(changes ...string) *store.Batch {
	b := new(store.Batch)
	for _, c := range changes {
		if k, v, put := cut(c); put {
			b.Put([]byte(k), []byte(v))
		} else {
			b.Delete([]byte(k))
		}
	}
	return b
}

func cut(c string) (k, v string, put bool) {
	i := slices.Index([]byte(c), '=')
	if i < 0 {
		return c, "", false
	}
	return c[:i], c[i+1:], true
}

func scan(t *testing.T, r store.Reader, from, to []byte, reverse bool) (got []string) {
	t.Helper()
	for p, err := range r.Scan(t.Context(), from, to, reverse) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(p.Key)+"="+string(p.Value))
	}
	return got
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func committedKeysAreRead(t *testing.T, s store.Store) {
	h := own(t, s, 3)
	change(t, h, "a=1", "b=", "c=3")
	for k, want := range map[string]string{"a": "1", "b": "", "c": "3"} {
		for _, r := range []store.Reader{h, s.Reader(3)} {
			if got, err := r.Get(t.Context(), []byte(k)); err != nil || string(got) != want {
				t.Errorf("Get(%s) = %q, %v, want %q", k, got, err, want)
			}
		}
	}
	if _, err := h.Get(t.Context(), []byte("d")); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Get of a missing key: %v", err)
	}
}

func laterChangeWins(t *testing.T, s store.Store) {
	h := own(t, s, 0)
	change(t, h, "a=1", "a", "a=2", "b=1", "b")
	equal(t, scan(t, h, nil, nil, false), []string{"a=2"})
}

func deletingNothing(t *testing.T, s store.Store) {
	h := own(t, s, 0)
	change(t, h, "a")
	equal(t, scan(t, h, nil, nil, false), []string(nil))
}

func keysOrderAsBytes(t *testing.T, s store.Store) {
	h := own(t, s, 0)
	change(t, h, "b=", "\xff=", "B=", "\x00=", "a\x00=", "a=", "é=", "ab=")
	want := []string{"\x00=", "B=", "a=", "a\x00=", "ab=", "b=", "é=", "\xff="}
	equal(t, scan(t, h, nil, nil, false), want)
	slices.Reverse(want)
	equal(t, scan(t, h, nil, nil, true), want)
}

func scanBounds(t *testing.T, s store.Store) {
	h := own(t, s, 0)
	change(t, h, "a=", "b=", "c=", "d=")
	equal(t, scan(t, h, []byte("b"), []byte("d"), false), []string{"b=", "c="})
	equal(t, scan(t, h, []byte("b"), []byte("d"), true), []string{"c=", "b="})
	equal(t, scan(t, h, []byte("c"), nil, false), []string{"c=", "d="})
	equal(t, scan(t, h, []byte("c"), []byte("c"), false), []string(nil))
	equal(t, scan(t, h, []byte("d"), []byte("a"), false), []string(nil))
	for p, err := range h.Scan(t.Context(), nil, nil, true) {
		if err != nil || string(p.Key) != "d" {
			t.Errorf("last key is %q, %v", p.Key, err)
		}
		break // a scan may be left early
	}
}

func scanSeesOneMoment(t *testing.T, s store.Store) {
	h := own(t, s, 0)
	change(t, h, "a=1", "b=1", "c=1")
	var got []string
	for p, err := range s.Reader(0).Scan(t.Context(), nil, nil, false) {
		if err != nil {
			t.Fatal(err)
		}
		if string(p.Key) == "a" {
			change(t, h, "b=2", "c", "d=2")
		}
		got = append(got, string(p.Key)+"="+string(p.Value))
	}
	equal(t, got, []string{"a=1", "b=1", "c=1"})
}

func shardsAreApart(t *testing.T, s store.Store) {
	a, b := own(t, s, 1), own(t, s, 2)
	change(t, a, "k=a", "\xff\xff\xff=a")
	change(t, b, "k=b")
	equal(t, scan(t, a, nil, nil, false), []string{"k=a", "\xff\xff\xff=a"})
	equal(t, scan(t, s.Reader(2), nil, nil, true), []string{"k=b"})
	equal(t, scan(t, s.Reader(0), nil, nil, false), []string(nil))
}

func twoOwners(t *testing.T, s store.Store) {
	older := own(t, s, 7)
	change(t, older, "k=older")
	newer := own(t, s, 7)
	if newer.Epoch() <= older.Epoch() {
		t.Errorf("epochs: older %d, newer %d", older.Epoch(), newer.Epoch())
	}
	if err := older.Commit(t.Context(), batch("k=late")); !errors.Is(err, store.ErrFenced) {
		t.Errorf("commit of the older owner: %v", err)
	}
	equal(t, scan(t, newer, nil, nil, false), []string{"k=older"})
	change(t, newer, "k=newer")
	change(t, own(t, s, 8), "k=other shard")
}

func closedStore(t *testing.T, s store.Store) {
	h := own(t, s, 0)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Commit(t.Context(), batch("k=v")); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Commit: %v", err)
	}
	if _, err := h.Get(t.Context(), []byte("k")); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Get: %v", err)
	}
	if _, err := s.Open(t.Context(), 0, "test"); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Open: %v", err)
	}
	for _, err := range s.Reader(0).Scan(t.Context(), nil, nil, false) {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("Scan: %v", err)
		}
	}
}

func closedShard(t *testing.T, s store.Store) {
	h := own(t, s, 0)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.Commit(t.Context(), batch("k=v")); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Commit: %v", err)
	}
}

func emptyBatch(t *testing.T, s store.Store) { change(t, own(t, s, 0)) }

func getIsACopy(t *testing.T, s store.Store) {
	h := own(t, s, 0)
	b := batch("k=abc")
	if err := h.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	b.Ops()[0].Value[0] = 'X' // after the commit the batch is the caller's again
	v, err := h.Get(t.Context(), []byte("k"))
	if err != nil {
		t.Fatal(err)
	}
	v[1] = 'X'
	equal(t, scan(t, h, nil, nil, false), []string{"k=abc"})
}

func readersBesideCommits(t *testing.T, s store.Store) {
	h := own(t, s, 0)
	var wg sync.WaitGroup
	defer wg.Wait()
	for range 4 {
		wg.Go(func() {
			for range 50 {
				// A batch is atomic: both keys always have the same value.
				if got := scan(t, s.Reader(0), nil, nil, false); len(got) == 2 && got[0][2:] != got[1][2:] {
					t.Errorf("half a batch: %v", got)
				}
			}
		})
	}
	for i := range 50 {
		change(t, h, fmt.Sprint("a=", i), fmt.Sprint("b=", i))
	}
}

// randomOperations makes the same random commits and reads here and in memory; the model is the judge.
func randomOperations(t *testing.T, s store.Store) {
	Compare(t, s, memory.New(), rand.New(rand.NewPCG(1, 2)), 400)
}

// Compare makes n random operations on both stores and fails at the first answer that differs.
func Compare(t *testing.T, s, model store.Store, r *rand.Rand, n int) {
	t.Helper()
	ctx := context.Background()
	handles := map[store.ShardID][2]store.Shard{}
	for id := range store.ShardID(3) {
		handles[id] = [2]store.Shard{own(t, s, id), own(t, model, id)}
	}
	key := func() []byte { return []byte{"kx\x00\xff"[r.IntN(4)], byte(r.IntN(8))}[:1+r.IntN(2)] }
	for i := range n {
		id := store.ShardID(r.IntN(3))
		h := handles[id]
		switch r.IntN(8) {
		case 0:
			handles[id] = [2]store.Shard{own(t, s, id), own(t, model, id)}
			errs := [2]error{h[0].Commit(ctx, batch("late=1")), h[1].Commit(ctx, batch("late=1"))}
			if !errors.Is(errs[0], store.ErrFenced) || !errors.Is(errs[1], store.ErrFenced) {
				t.Fatalf("step %d: fenced commits: %v", i, errs)
			}
		case 1, 2, 3:
			b := new(store.Batch)
			for range r.IntN(6) {
				if r.IntN(3) == 0 {
					b.Delete(key())
				} else {
					b.Put(key(), fmt.Append(nil, i))
				}
			}
			for _, h := range h {
				if err := h.Commit(ctx, b); err != nil {
					t.Fatalf("step %d: %v", i, err)
				}
			}
		case 4, 5:
			k := key()
			a, errA := s.Reader(id).Get(ctx, k)
			b, errB := h[1].Get(ctx, k)
			if string(a) != string(b) || errors.Is(errA, store.ErrNotFound) != errors.Is(errB, store.ErrNotFound) {
				t.Fatalf("step %d: Get(%q) = %q, %v; model %q, %v", i, k, a, errA, b, errB)
			}
		default:
			from, to, reverse := key(), key(), r.IntN(2) == 0
			if r.IntN(4) == 0 {
				to = nil
			}
			if diff := cmp.Diff(scan(t, h[1], from, to, reverse), scan(t, h[0], from, to, reverse)); diff != "" {
				t.Fatalf("step %d: Scan(%q, %q, %v) (-model +store):\n%s", i, from, to, reverse, diff)
			}
		}
	}
}
