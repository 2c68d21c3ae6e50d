namespace Cano.Integration.Splits;

public sealed class WaitForAllTests
{
    [Fact]
    [Trait("ID", "Y1")]
    public async Task Wait_for_all_lets_every_branch_end_before_a_join_that_is_met_goes_on()
    {
        var gate = new Gate();
        SplitResult? result = null;
        var join = Branches.Joining(JoinStrategy.Any).WaitForAll().WithBulkhead(1);
        var run = Branches
            .Split(join, seen => result = seen, Branches.Succeeding("a"), Branches.Waiting("b", gate))
            .OrchestrateAsync(Stage.Start);
        await gate.Entered;
        Assert.False(run.IsCompleted);
        gate.Open();
        await run;
        Assert.Equal((2, 2), (result!.Successes.Count, result.Total));
    }

    [Fact]
    [Trait("ID", "Y1")]
    public async Task Wait_for_all_lets_every_branch_end_before_a_join_out_of_reach_fails()
    {
        var gate = new Gate();
        var join = Branches.Joining(JoinStrategy.All).WaitForAll().WithBulkhead(1);
        var run = Branches
            .Split(join, _ => { }, Branches.Failing("x"), Branches.Waiting("b", gate))
            .OrchestrateAsync(Stage.Start);
        await gate.Entered;
        Assert.False(run.IsCompleted);
        gate.Open();
        Assert.Contains("1 of 2", (await Failures.OfAsync(run)).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "K9")]
    public async Task The_text_of_a_failed_join_names_three_errors_and_counts_the_rest()
    {
        var join = Branches.Joining(JoinStrategy.All).WaitForAll();
        var branches = Enumerable
            .Range(0, 5)
            .Select(i => Branches.Failing($"b{i}"))
            .Append(Branches.Succeeding("ok"))
            .ToArray();
        var error = await Failures.OfAsync(
            Branches.Split(join, _ => { }, branches).OrchestrateAsync(Stage.Start)
        );
        Assert.Equal(
            "Join condition not met: 1 of 6 tasks completed successfully, strategy: All; errors: "
                + "task 0: IOException: b0; task 1: IOException: b1; task 2: IOException: b2 ... and 2 more error(s)",
            error.Message
        );
    }

    [Fact]
    [Trait("ID", "K5"), Trait("ID", "K9"), Trait("ID", "Y1")]
    public async Task Partial_results_out_of_reach_fail_with_a_text_of_their_own()
    {
        var join = Branches.Joining(JoinStrategy.PartialResults(2)).WaitForAll();
        var run = Branches
            .Split(join, _ => { }, Branches.Failing("x"), Branches.Succeeding("a"))
            .OrchestrateAsync(Stage.Start);
        var error = await Failures.OfAsync(run);
        Assert.StartsWith(
            "PartialResults: 1 of 2 tasks completed successfully",
            error.Message,
            StringComparison.Ordinal
        );
    }
}
