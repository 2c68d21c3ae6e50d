namespace Cano.Integration.Splits;

/// <summary>Branches of a join that needs them all are told of together: nobody can see that.</summary>
public sealed class UntoldBranchTests
{
    [Fact]
    [Trait("ID", "Y1"), Trait("ID", "X5")]
    public async Task A_success_counts_though_a_branch_started_behind_it_blocks_its_thread()
    {
        var (stopped, ran) = (new ManualResetEventSlim(), new Gate());
        var first = CanoTask.From<Stage>("first", (_, _) => new(Stage.End));
        var blocking = CanoTask.From<Stage>(
            "blocking",
            (_, token) =>
            {
                using var told = token.Register(stopped.Set);
                ran.Open();
                stopped.Wait(CancellationToken.None);
                return new(Stage.End);
            },
            TaskConfig.Minimal
        );
        var failing = CanoTask.From<Stage>(
            "failing",
            async (_, _) =>
            {
                await ran.HoldAsync();
                throw new IOException();
            },
            TaskConfig.Minimal
        );
        var error = await Failures.OfAsync(
            Branches
                .Split(Branches.Joining(JoinStrategy.All), _ => { }, first, blocking, failing)
                .OrchestrateAsync(Stage.Start)
        );
        Assert.Contains("1 of 3 tasks completed successfully", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "Y1")]
    public async Task A_success_behind_the_failure_that_decides_does_not_count()
    {
        var late = CanoTask.From<Stage>(
            "late",
            async (_, token) =>
            {
                var stopped = new Gate();
                using var told = token.Register(stopped.Open);
                await stopped.HoldAsync();
                return Stage.End;
            },
            TaskConfig.Minimal
        );
        var error = await Failures.OfAsync(
            Branches
                .Split(Branches.Joining(JoinStrategy.All), _ => { }, late, Branches.Failing("bad"))
                .OrchestrateAsync(Stage.Start)
        );
        Assert.Contains("0 of 2 tasks completed successfully", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("ID", "Y1"), Trait("ID", "K14")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public async Task Whatever_branches_end_in_each_is_counted_once(int total)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var branches = Enumerable.Range(0, total).Select(i => Some(i, seed)).ToArray();
            SplitResult? result = null;
            var join = Branches.Joining(JoinStrategy.PartialResults(1)).WaitForAll();
            await Branches
                .Split(join, seen => result = seen, [.. branches, Branches.Succeeding("sure")])
                .OrchestrateAsync(Stage.Start);
            var failed = Enumerable.Range(0, total).Where(i => Fails(i, seed)).ToArray();
            Assert.Equal(failed, result!.Errors.Select(branch => branch.Index));
            Assert.Equal(
                Enumerable.Range(0, total + 1).Except(failed),
                result.Successes.Select(branch => branch.Index)
            );
            Assert.Empty(result.Cancelled);
        }
    }

    [Fact]
    [Trait("ID", "Y2")]
    public async Task The_results_of_a_split_in_which_all_succeeded_are_as_any()
    {
        SplitResult? result = null;
        await Branches
            .Split(
                Branches.Joining(JoinStrategy.All),
                seen => result = seen,
                Branches.Succeeding("a"),
                Branches.Succeeding("b")
            )
            .OrchestrateAsync(Stage.Start);
        BranchSuccess[] listed = [new(0, "a"), new(1, "b")];
        Assert.Equal(listed, result!.Successes);
        Assert.Equal(listed[1], result.Successes[1]);
        Assert.Throws<IndexOutOfRangeException>(() => result.Successes[2]);
        Assert.Equal(new SplitResult(listed, [], []), result);
        Assert.Equal("2 succeeded, 0 failed, 0 cancelled", result.ToString());
    }

    [Fact]
    [Trait("ID", "K14")]
    public async Task A_context_that_a_branch_kept_is_its_own_for_ever()
    {
        var kept = new TaskContext[100];
        await Branches
            .Split(
                Branches.Joining(JoinStrategy.All),
                _ => { },
                [.. Enumerable.Range(0, kept.Length).Select(Keeping)]
            )
            .OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(
            Enumerable.Range(0, kept.Length).Select(i => $"b{i}"),
            kept.Select(context => context.EffectKey.Split('/')[^1])
        );

        ITask<Stage> Keeping(int index) =>
            CanoTask.From<Stage>(
                $"{index}",
                (context, _) =>
                {
                    kept[index] = context;
                    return new(Stage.End);
                }
            );
    }

    [Fact]
    [Trait("ID", "X5")]
    public async Task What_a_branch_lets_flow_reaches_no_branch_of_its_turn()
    {
        var local = new AsyncLocal<int>();
        var seen = new int[100];
        await Branches
            .Split(
                Branches.Joining(JoinStrategy.All),
                _ => { },
                [.. Enumerable.Range(0, seen.Length).Select(Flowing)]
            )
            .OrchestrateAsync(Stage.Start);
        Assert.All(seen, value => Assert.Equal(0, value));

        ITask<Stage> Flowing(int index) =>
            CanoTask.From<Stage>(
                $"{index}",
                (_, _) =>
                {
                    (seen[index], local.Value) = (local.Value, index + 1);
                    return new(Stage.End);
                }
            );
    }

    private static bool Fails(int index, int seed) => (index * 7 + seed) % 3 == 0;

    /// <summary>Ends at once or later, well or not.</summary>
    private static ITask<Stage> Some(int index, int seed) =>
        CanoTask.From<Stage>(
            $"{index}",
            async (_, _) =>
            {
                if ((index + seed) % 4 == 0)
                    await Task.Yield();
                return Fails(index, seed) ? throw new IOException() : Stage.End;
            },
            TaskConfig.Minimal
        );
}
