namespace Cano.Integration.Steps;

/// <summary>What users write compiles as they write it: nothing here names a type argument that C# can
/// infer.</summary>
public sealed class CompileContractTests
{
    private const string Name = "store";

    [Fact]
    public async Task One_lambda_of_a_poll_may_answer_pending_and_ready()
    {
        var polls = 0;
        var span = TimeSpan.Zero;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterPoll(
                Stage.Start,
                async (context, token) =>
                {
                    await Task.Yield();
                    if (++polls < 3)
                        return PollOutcome.Pending(span);
                    return PollOutcome.Ready(Stage.Work);
                },
                TaskConfig.Minimal,
                to: [Stage.Work]
            )
            .RegisterPoll(
                Stage.Work,
                (_, _) => ++polls < 5 ? new(PollOutcome.Pending(span)) : new(PollOutcome.Ready(Stage.End))
            )
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(5, polls);
    }

    [Fact]
    public async Task One_lambda_of_a_step_may_answer_more_and_done()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStepped<int>(
                Stage.Start,
                async (context, cursor, token) =>
                {
                    await Task.Yield();
                    if (cursor.Or(0) < 2)
                        return StepOutcome.More(cursor.Or(0) + 1);
                    return StepOutcome.Done(Stage.End);
                },
                TaskConfig.Default,
                to: [Stage.End]
            )
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
    }

    [Fact]
    public async Task A_steps_cursor_may_be_a_tuple()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStepped<(int Page, string Token)>(
                Stage.Start,
                (_, cursor, _) =>
                    cursor.HasValue
                        ? new(StepOutcome.Done(cursor.Value is (1, "next") ? Stage.End : Stage.Stop))
                        : new(StepOutcome.More((1, "next")))
            )
            .AddExitStates(Stage.End, Stage.Stop);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
    }

    [Fact]
    [Trait("ID", "C13")]
    public void Values_that_stand_for_records_compare_by_content_with_the_equality_operators()
    {
        Assert.True(
            JoinStrategy.Quorum(2) == JoinStrategy.Quorum(2)
                && JoinStrategy.Quorum(2) != JoinStrategy.Quorum(3)
        );
        Assert.True(
            RetryMode.Exponential(3) == RetryMode.Exponential(3) && RetryMode.Exponential(3) != RetryMode.None
        );
        Assert.True(ConcurrentStrategy.WaitForQuota(2) == ConcurrentStrategy.WaitForQuota(2));
        Assert.True(ConcurrentStrategy.WaitForQuota(2) != ConcurrentStrategy.WaitForever);
        Assert.True(
            new CircuitPolicy(3) == new CircuitPolicy(FailureThreshold: 3)
                && new CircuitPolicy(3) != new CircuitPolicy()
        );
        Assert.True(
            CanoError.Generic("x") == CanoError.Generic("x")
                && CanoError.Generic("x") != CanoError.Generic("y")
        );
        Assert.True(CanoError.Generic("x") != null && null != CanoError.Generic("x"));
        var success = new BranchSuccess(1, "a");
        var failure = new BranchError(1, "a", CanoError.Generic("x"));
        Assert.True(success == new BranchSuccess(1, "a") && success != new BranchSuccess(2, "a"));
        Assert.True(failure == new BranchError(1, "a", CanoError.Generic("x")) && failure != default);
        Assert.True(
            new BranchCancelled(1, "a") == new BranchCancelled(1, "a")
                && new BranchCancelled(1, "a") != default
        );
        BranchSuccess[] successes = [success];
        Assert.True(new SplitResult(successes, [], []) == new SplitResult(successes, [], []));
        Assert.True(new SplitResult(successes, [], []) != new SplitResult([], [failure], []));
    }

    [Fact]
    public async Task Lambdas_of_a_compensatable_step_share_their_output()
    {
        var undone = new List<int>();
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(
                Stage.Start,
                async (context, token) =>
                {
                    await Task.Yield();
                    return (Stage.Work, 7);
                },
                async (context, output, token) =>
                {
                    await Task.Yield();
                    undone.Add(output);
                }
            )
            .Register(Stage.Work, _ => throw new IOException(), TaskConfig.Minimal)
            .AddExitState(Stage.End);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal([7], undone);
    }

    [Fact]
    public async Task Each_model_is_registered_without_type_arguments()
    {
        var workflow = Workflow
            .Create<Stage>(new Resources().Insert(Name, new MemoryStore()))
            .Register(Stage.Start, new Greeting(), to: [Stage.Work])
            .RegisterTimer(Stage.Work, TimeSpan.Zero, Stage.Next)
            .Register(Stage.Next, new Lengths())
            .RegisterStream(Stage.Last, new Letters())
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
    }

    private sealed class Greeting : INode<Stage, string, int>
    {
        public ValueTask<string> PrepAsync(TaskContext context, CancellationToken cancellationToken) =>
            new("hello");

        public ValueTask<int> ExecAsync(string prep, CancellationToken cancellationToken) => new(prep.Length);

        public ValueTask<Stage> PostAsync(TaskContext context, int exec, CancellationToken cancellationToken)
        {
            context.Store.Put("length", exec);
            return new(exec == 5 ? Stage.Work : Stage.Stop);
        }
    }

    private sealed class Lengths : IBatchTask<Stage, string, int>
    {
        public ValueTask<IReadOnlyList<string>> LoadAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new(["a", "bc"]);

        public ValueTask<int> ProcessItemAsync(
            TaskContext context,
            string item,
            CancellationToken cancellationToken
        ) => new(item.Length);

        public ValueTask<Stage> FinishAsync(
            TaskContext context,
            IReadOnlyList<ItemResult<int>> results,
            CancellationToken cancellationToken
        ) => new(results.Sum(result => result.Value) == 3 ? Stage.Last : Stage.Stop);
    }

    private sealed class Letters : IStreamTask<Stage, char, string, int>
    {
        public async IAsyncEnumerable<char> OpenAsync(
            TaskContext context,
            Cursor<int> cursor,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            await Task.Yield();
            foreach (var letter in "abc"[cursor.Or(0)..])
                yield return letter;
        }

        public ValueTask<(string Output, int Cursor)> ProcessItemAsync(
            TaskContext context,
            char item,
            CancellationToken cancellationToken
        ) => new(($"{item}", item - 'a' + 1));

        public async ValueTask<WindowOutcome<Stage>> FlushWindowAsync(
            TaskContext context,
            IReadOnlyList<string> outputs,
            CancellationToken cancellationToken
        )
        {
            await Task.Yield();
            if (outputs[0] == "b")
                return WindowOutcome.Stop(Stage.End);
            return WindowOutcome.Continue;
        }

        public ValueTask<Stage> OnCloseAsync(
            TaskContext context,
            StreamEnd reason,
            CancellationToken cancellationToken
        ) => new(Stage.Stop);
    }
}
