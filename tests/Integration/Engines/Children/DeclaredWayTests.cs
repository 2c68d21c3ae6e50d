using Cano.Testing;

namespace Cano.Integration.Engines.Children;

/// <summary>What may follow a state with children, where it says so: walked, drawn, checked, held
/// to.</summary>
public sealed class DeclaredWayTests
{
    private static readonly Stage[] s_ways = [Stage.Next, Stage.Stop];

    public static TheoryData<string> Kinds =>
        ["one", "each", "some of each", "first of each", "named", "named in turn"];

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("ID", "V8")]
    public void A_walk_goes_every_way_that_children_declare(string kind)
    {
        var start = ControlFlow.Of(Parent(kind)).StartAt(Stage.Start);
        var children = start.Succeed(Stage.Work);
        Assert.Equal("End", children.Succeed(Stage.Next).Succeed(Stage.End).Exit);
        Assert.Equal("Stop", children.Succeed(Stage.Stop).Exit);
        Assert.Equal(["Start"], children.Cancel().Undone);
        Assert.Equal(["Start"], children.GiveUp().Undone);
        Assert.Equal(["Start"], children.Fail().Undone);
        Assert.Equal(
            ["completed in End", "completed in Stop"],
            start.Explore(5).Where(walk => walk.Exit is not null).Select(walk => walk.ToString()).Order()
        );
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("ID", "V8"), Trait("ID", "Y19")]
    public void A_walk_another_way_fails_where_the_children_were(string kind)
    {
        var stray = ControlFlow.Of(Parent(kind)).StartAt(Stage.Start).Succeed(Stage.Work).Succeed(Stage.End);
        Assert.Equal(("Work", "workflow"), (stray.Error?.State, stray.Error?.Category));
        Assert.Contains("declared edges do not allow", stray.Error?.Message, StringComparison.Ordinal);
        Assert.Equal(["Start"], stray.Undone);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("ID", "V8")]
    public void Children_that_declare_nothing_may_be_followed_by_any_state(string kind)
    {
        var start = ControlFlow.Of(Parent(kind, isDeclared: false)).StartAt(Stage.Start);
        Assert.Equal("End", start.Succeed(Stage.Work).Succeed(Stage.End).Exit);
        Assert.Equal(1, start.Succeed(Stage.Work).Succeed(Stage.Work).Visit - 1);
    }

    [Theory]
    [InlineData("one", "child quick")]
    [InlineData("each", "children quick")]
    [InlineData("some of each", "children quick")]
    [InlineData("first of each", "children quick")]
    [InlineData("named", "children a, b")]
    [InlineData("named in turn", "children a, b")]
    [Trait("ID", "V8")]
    public void A_diagram_shows_what_is_started_and_what_may_follow(string kind, string label)
    {
        var (dot, mermaid) = (
            Parent(kind).ToDot(),
            Parent(kind).ToMermaid().Split('\n', StringSplitOptions.TrimEntries)
        );
        Assert.Contains(
            $"\"Work\" [shape=hexagon, label=\"Work ({label})\"];",
            dot,
            StringComparison.Ordinal
        );
        Assert.Contains("\"Work\" -> \"Next\";", dot, StringComparison.Ordinal);
        Assert.Contains("\"Work\" -> \"Stop\";", dot, StringComparison.Ordinal);
        Assert.DoesNotContain("\"Work\" -> \"End\"", dot, StringComparison.Ordinal);
        Assert.Contains($"state \"Work ({label})\" as s1", mermaid);
        Assert.Equal(
            ["s1 --> s2", "s1 --> s4"],
            mermaid.Where(line => line.StartsWith("s1 -->", StringComparison.Ordinal))
        );
    }

    [Fact]
    [Trait("ID", "V8")]
    public void Children_that_declare_nothing_have_no_edges_in_a_diagram() =>
        Assert.DoesNotContain(
            "\"Work\" ->",
            Parent("each", isDeclared: false).ToDot(),
            StringComparison.Ordinal
        );

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("ID", "V8"), Trait("ID", "Y19")]
    public void A_declared_way_to_no_state_is_refused(string kind)
    {
        var error = Failures.Of(Parent(kind, ways: [Stage.Next, Stage.Lost]).Validate);
        Assert.Contains("'Lost'", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("ID", "V8"), Trait("ID", "Y19")]
    public async Task An_answer_that_the_declared_ways_do_not_allow_fails_the_parent(string kind)
    {
        await using var engine = await CanoEngine.OpenAsync(new MemoryCheckpointStore());
        var parent = Parent(kind, chosen: Stage.End);
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, "order-1").Soon();
        var error = await Failures.OfAsync(run.Completion().Soon());
        Assert.Equal(("Work", "workflow"), (error.State, error.Category));
        Assert.Contains("declared edges do not allow", error.Message, StringComparison.Ordinal);
    }

    private static Workflow<Stage> Parent(
        string kind,
        bool isDeclared = true,
        Stage[]? ways = null,
        Stage chosen = Stage.Next
    )
    {
        var child = new Family(new Trail()).Quick();
        var to = isDeclared ? ways ?? s_ways : null;
        var reserved = Workflow
            .Bare<Stage>()
            .WithName("parent")
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((Stage.Work, 7)),
                (_, _, _) => default,
                TaskConfig.Minimal,
                [Stage.Work]
            );
        var started = kind switch
        {
            "one" => reserved.RegisterChild(Stage.Work, child, Stage.Start, _ => 1, (_, _) => chosen, to),
            "each" => Each(JoinStrategy.All, null),
            "some of each" => Each(
                JoinStrategy.Quorum(1),
                new SplitConfig { Bulkhead = 1, WaitForAll = true }
            ),
            "first of each" => Each(JoinStrategy.Any, null),
            _ => reserved.RegisterChildren(
                Stage.Work,
                [ChildRun.Of("a", child, Stage.Start, _ => 1), ChildRun.Of("b", child, Stage.Start, _ => 2)],
                JoinStrategy.Any,
                (_, _) => chosen,
                new SplitConfig { Bulkhead = kind == "named" ? null : 1 },
                to
            ),
        };
        return started
            .Register(Stage.Next, _ => Stage.End, to: [Stage.End])
            .AddExitStates(Stage.End, Stage.Stop);

        Workflow<Stage> Each(JoinStrategy join, SplitConfig? config) =>
            reserved.RegisterChildren(
                Stage.Work,
                _ => new[] { 1, 2 },
                child,
                Stage.Start,
                join,
                (_, _) => chosen,
                config,
                to
            );
    }
}
