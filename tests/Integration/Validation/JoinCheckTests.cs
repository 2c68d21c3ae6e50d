namespace Cano.Integration.Validation;

public sealed class JoinCheckTests
{
    private static readonly ITask<Stage>[] s_two = [Branches.Succeeding("a"), Branches.Succeeding("b")];

    [Fact]
    [Trait("ID", "B3")]
    public void A_join_state_that_is_unknown_is_refused()
    {
        var problem = ProblemOf(JoinConfig.Create(JoinStrategy.All, Stage.Lost));
        Assert.Contains("join_state", problem, StringComparison.Ordinal);
        Assert.Contains("Lost", problem, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "B4")]
    public void A_partial_timeout_without_a_timeout_is_refused() =>
        Assert.Contains(
            "PartialTimeout strategy requires a timeout to be configured",
            ProblemOf(Joining(JoinStrategy.PartialTimeout)),
            StringComparison.Ordinal
        );

    [Theory]
    [Trait("ID", "B5"), Trait("ID", "Y3")]
    [InlineData(0.0)]
    [InlineData(-0.5)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_percentage_outside_its_range_is_refused(double fraction) =>
        Assert.Contains(
            "above 0 and at most 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => JoinStrategy.Percentage(fraction)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [Trait("ID", "B5"), Trait("ID", "Y3")]
    [InlineData(double.Epsilon)]
    [InlineData(1.0)]
    public void The_bounds_of_a_percentage_are_above_zero_and_one(double fraction) =>
        Assert.Empty(ProblemsOf(Joining(JoinStrategy.Percentage(fraction))));

    [Theory]
    [Trait("ID", "B6")]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_bulkhead_below_one_is_refused(int places) =>
        Assert.Contains(
            "greater than or equal to '1'",
            Assert
                .Throws<ArgumentOutOfRangeException>(() => Joining(JoinStrategy.All).WithBulkhead(places))
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_timeout_of_no_time_is_refused() =>
        Assert.Contains(
            "greater than '00:00:00'",
            Assert
                .Throws<ArgumentOutOfRangeException>(() =>
                    Joining(JoinStrategy.All).WithTimeout(TimeSpan.Zero)
                )
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [Trait("ID", "B8"), Trait("ID", "Y4")]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_quorum_and_partial_results_that_always_hold_are_refused(int n)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => JoinStrategy.Quorum(n));
        Assert.Throws<ArgumentOutOfRangeException>(() => JoinStrategy.PartialResults(n));
    }

    [Fact]
    [Trait("ID", "B8"), Trait("ID", "Y4")]
    public void A_quorum_and_partial_results_that_never_hold_are_refused()
    {
        Assert.Contains("Quorum(3)", ProblemOf(Joining(JoinStrategy.Quorum(3))), StringComparison.Ordinal);
        var partial = ProblemOf(Joining(JoinStrategy.PartialResults(3)));
        Assert.Contains("PartialResults(3)", partial, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("ID", "Y4")]
    [InlineData(1)]
    [InlineData(2)]
    public void A_quorum_and_partial_results_of_some_or_all_branches_are_sound(int n)
    {
        Assert.Empty(ProblemsOf(Joining(JoinStrategy.Quorum(n))));
        Assert.Empty(ProblemsOf(Joining(JoinStrategy.PartialResults(n))));
    }

    [Fact]
    [Trait("ID", "B8"), Trait("ID", "Y4")]
    public void An_empty_static_list_of_branches_is_refused()
    {
        var problems = Failures.Of(Splitting([], Joining(JoinStrategy.All)).Validate).Problems;
        Assert.Contains("no branches", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "B9")]
    public async Task A_dynamic_list_too_short_for_its_quorum_fails_the_split()
    {
        var workflow = Start.RegisterSplit(Stage.Work, _ => s_two, Joining(JoinStrategy.Quorum(3)));
        workflow.Validate();
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Work));
        Assert.Equal("workflow", error.Category);
        Assert.Contains("Quorum(3)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_without_its_parts_is_refused_where_it_is_registered()
    {
        Assert.Throws<ArgumentException>(() => Splitting([s_two[0], null!], Joining(JoinStrategy.All)));
        Assert.ThrowsAny<ArgumentException>(() => Splitting(s_two, new JoinConfig<Stage>(null!, Stage.End)));
        Assert.ThrowsAny<ArgumentException>(() => JoinConfig.Create<string>(JoinStrategy.All, null!));
        Assert.ThrowsAny<ArgumentException>(() =>
            Workflow.Bare<string>().RegisterSplit("a", [], new JoinConfig<string>(JoinStrategy.All, null!))
        );
    }

    [Fact]
    public void Every_problem_of_every_split_is_told_at_once()
    {
        var workflow = Start
            .RegisterSplit(Stage.Work, s_two, JoinConfig.Create(JoinStrategy.PartialTimeout, Stage.Lost))
            .RegisterSplit(Stage.Next, [], Joining(JoinStrategy.Quorum(1)));
        Assert.Equal(4, Failures.Of(workflow.Validate).Problems.Count);
    }

    private static Workflow<Stage> Start => new Trail().Through(Stage.Start, Stage.End);

    private static JoinConfig<Stage> Joining(JoinStrategy strategy) => JoinConfig.Create(strategy, Stage.End);

    private static Workflow<Stage> Splitting(ITask<Stage>[] branches, JoinConfig<Stage> join) =>
        Start.RegisterSplit(Stage.Work, branches, join);

    private static string ProblemOf(JoinConfig<Stage> join) => Assert.Single(ProblemsOf(join));

    private static IReadOnlyList<string> ProblemsOf(JoinConfig<Stage> join)
    {
        if (Record.Exception(Splitting(s_two, join).Validate) is not { } refusal)
            return [];
        var error = Assert.IsType<CanoException>(refusal).Error;
        Assert.Equal("configuration", error.Category);
        return error.Problems;
    }
}
