package asl

import (
	"crypto/sha256"
	"fmt"
)

func (s *scope) mapState(c Common) State {
	m := &Map{
		common:         c,
		ItemsPath:      s.reference(s.jsonpath("ItemsPath")),
		Items:          s.template(s.jsonata("Items"), 0),
		ItemSelector:   s.template(s.itemSelector(), 0),
		MaxConcurrency: s.number(s.node, "MaxConcurrency"),
		ResultSelector: s.template(s.jsonpath("ResultSelector"), 0),
		ResultPath:     s.resultPath(s.jsonpath("ResultPath")),
		Retry:          s.retriers(),
		Catch:          s.catchers(),
	}
	processor := processorOf(s.node)
	at := place{parent: s.level, entry: s.entry, owner: m, express: s.express}
	if isDistributed(processor) {
		m.Distributed = s.distributed(processor)
		at.distributed, at.express = true, m.Distributed.Express
	}
	m.Processor = s.workflow(processor, at)
	return m
}

// itemSelector returns the ItemSelector under its new or its old name.
func (s *scope) itemSelector() *node {
	if n := s.node.get("ItemSelector"); n != nil {
		return n
	}
	return s.jsonpath("Parameters")
}

// distributed builds what only a Distributed Map has. The states of its processor run in executions of their own, so
// it is that type of execution that they have to suit.
func (s *scope) distributed(processor *node) *Distributed {
	config := processor.get("ProcessorConfig")
	if s.express {
		s.rep.schema(config.get("Mode"), "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines")
	}
	d := &Distributed{
		Express:                    config.get("ExecutionType").str() == "EXPRESS",
		Label:                      s.node.get("Label").str(),
		Source:                     s.text[processor.start:processor.end],
		ToleratedFailureCount:      s.number(s.node, "ToleratedFailureCount"),
		ToleratedFailurePercentage: s.number(s.node, "ToleratedFailurePercentage"),
		Reader:                     s.reader(s.node.get("ItemReader")),
		Batcher:                    s.batcher(s.node.get("ItemBatcher")),
		Writer:                     s.writer(s.node.get("ResultWriter")),
	}
	if d.Label == "" {
		d.Label = s.label()
	}
	return d
}

// label makes a label for a Map that has none: in the form of a UUID, as the service does, but always the same for
// the same state of the same definition.
func (s *scope) label() string {
	h := sha256.Sum256(append(s.digest[:], s.node.key...))
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

func (s *scope) reader(n *node) *ItemReader {
	if n == nil {
		return nil
	}
	config := n.get("ReaderConfig")
	r := &ItemReader{
		Resource:          n.get("Resource").str(),
		Parameters:        s.template(s.parameters(n), 0),
		InputType:         config.get("InputType").str(),
		Transformation:    config.get("Transformation").str(),
		ManifestType:      config.get("ManifestType").str(),
		CSVHeaderLocation: config.get("CSVHeaderLocation").str(),
		CSVDelimiter:      config.get("CSVDelimiter").str(),
		ItemsPointer:      config.get("ItemsPointer").str(),
		MaxItems:          s.number(config, "MaxItems"),
	}
	for _, h := range config.get("CSVHeaders").elements() {
		r.CSVHeaders = append(r.CSVHeaders, h.str())
	}
	if r.Transformation == "" {
		r.Transformation = "NONE"
	}
	if r.CSVDelimiter == "" {
		r.CSVDelimiter = "COMMA"
	}
	return r
}

func (s *scope) batcher(n *node) *ItemBatcher {
	if n == nil {
		return nil
	}
	return &ItemBatcher{
		MaxItems:      s.number(n, "MaxItemsPerBatch"),
		MaxInputBytes: s.number(n, "MaxInputBytesPerBatch"),
		Input:         s.template(n.get("BatchInput"), 0),
	}
}

func (s *scope) writer(n *node) *ResultWriter {
	if n == nil {
		return nil
	}
	config := n.get("WriterConfig")
	w := &ResultWriter{
		Resource:       n.get("Resource").str(),
		Parameters:     s.template(s.parameters(n), 0),
		Transformation: config.get("Transformation").str(),
		OutputType:     config.get("OutputType").str(),
	}
	if config == nil {
		w.Transformation, w.OutputType = "NONE", "JSON"
	}
	return w
}
