namespace Cano.Integration.Diagrams;

public sealed class DiagramTests
{
    [Fact]
    public void A_diagram_shows_every_state_exit_split_strategy_and_declared_edge()
    {
        var workflow = Drawn();
        string[] expected = ["Start", "Work (router)", "Next (split of 2)", "Quorum(2)", "End", "Stop"];
        Assert.All(expected, text => Assert.Contains(text, workflow.ToMermaid(), StringComparison.Ordinal));
        Assert.All(expected, text => Assert.Contains(text, workflow.ToDot(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_mermaid_diagram_has_an_arrow_for_each_declared_edge_and_each_exit()
    {
        var lines = Drawn().ToMermaid().Split('\n');
        Assert.Equal("stateDiagram-v2", lines[0]);
        Assert.Equal(4 + 2, lines.Count(line => line.Contains("-->", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Count(line => line.EndsWith("--> [*]", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_dot_graph_names_both_ends_of_an_edge()
    {
        var dot = Drawn().ToDot();
        Assert.StartsWith("digraph \"order\"", dot, StringComparison.Ordinal);
        Assert.Contains("\"Start\" -> \"Work\"", dot, StringComparison.Ordinal);
        Assert.Contains("\"Next\" -> \"End\" [label=\"Quorum(2)\"]", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_the_signs_of_a_diagram_language_does_not_break_out_of_it()
    {
        var workflow = Workflow.Bare<string>().Register("a \"b\" : c", _ => "end").AddExitState("end");
        Assert.Contains("\"a \\\"b\\\" : c\"", workflow.ToDot(), StringComparison.Ordinal);
        Assert.Contains("a #quot;b#quot; #58; c", workflow.ToMermaid(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_several_lines_stays_on_one_line_of_its_diagram()
    {
        var workflow = Workflow.Bare<string>().Register("a\r\nb\rc", _ => "end").AddExitState("end");
        Assert.DoesNotContain('\r', workflow.ToMermaid());
        Assert.Contains("\"a  b c\"", workflow.ToMermaid(), StringComparison.Ordinal);
        Assert.Equal(
            workflow.Definition.States.Count + 1 + 2,
            workflow.ToDot().TrimEnd('\n').Split('\n').Length
        );
    }

    [Fact]
    public void The_definition_tells_the_workflow_as_data()
    {
        var definition = Drawn().WithWorkflowVersion(4).WithTotalTimeout(TimeSpan.FromMinutes(1)).Definition;
        Assert.Equal(("order", 4u), (definition.Name, definition.Version));
        Assert.Equal(TimeSpan.FromMinutes(1), definition.TotalTimeout);
        Assert.Equal(["Start", "Work", "Next"], definition.States.Select(state => state.Name));
        Assert.Equal(["Work", "Stop"], definition.States[0].To!);
        Assert.Null(definition.States[2].To);
    }

    private static Workflow<Stage> Drawn() =>
        Workflow
            .Bare<Stage>()
            .WithName("order")
            .Register(Stage.Start, _ => Stage.Work, to: [Stage.Work, Stage.Stop])
            .RegisterRouter(Stage.Work, _ => Stage.Next, to: [Stage.Next])
            .RegisterSplit(
                Stage.Next,
                [Branches.Succeeding("a"), Branches.Succeeding("b")],
                JoinConfig.Create(JoinStrategy.Quorum(2), Stage.End)
            )
            .AddExitStates(Stage.End, Stage.Stop);
}
