namespace Cano.Integration.Registration;

/// <summary>Every lambda and method group that one would write is taken, `async` and not, whatever it
/// returns: that this compiles is half of the test.</summary>
public sealed class NaturalLambdaTests
{
    private static Dictionary<string, Func<Trail, Workflow<Stage>>> SagasByForm { get; } =
        new()
        {
            {
                "async, async",
                trail =>
                    At()
                        .RegisterWithCompensation(
                            Stage.Start,
                            async (_, token) => await DoTaskAsync(trail, token),
                            async (_, output, token) => await UndoTaskAsync(trail, output, token)
                        )
            },
            {
                "Task, Task",
                trail =>
                    At()
                        .RegisterWithCompensation(
                            Stage.Start,
                            (_, token) => DoTaskAsync(trail, token),
                            (_, output, token) => UndoTaskAsync(trail, output, token)
                        )
            },
            {
                "ValueTask, ValueTask",
                trail =>
                    At()
                        .RegisterWithCompensation(
                            Stage.Start,
                            (_, token) => DoValueAsync(trail, token),
                            (_, output, token) => UndoValueAsync(trail, output, token)
                        )
            },
            {
                "Task, ValueTask",
                trail =>
                    At()
                        .RegisterWithCompensation(
                            Stage.Start,
                            (_, token) => DoTaskAsync(trail, token),
                            (_, output, token) => UndoValueAsync(trail, output, token)
                        )
            },
            {
                "ValueTask, Task",
                trail =>
                    At()
                        .RegisterWithCompensation(
                            Stage.Start,
                            (_, token) => DoValueAsync(trail, token),
                            (_, output, token) => UndoTaskAsync(trail, output, token)
                        )
            },
            {
                "async, Task",
                trail =>
                    At()
                        .RegisterWithCompensation(
                            Stage.Start,
                            async (_, token) => await DoTaskAsync(trail, token),
                            (_, output, token) => UndoTaskAsync(trail, output, token)
                        )
            },
            {
                "Task, async",
                trail =>
                    At()
                        .RegisterWithCompensation(
                            Stage.Start,
                            (_, token) => DoTaskAsync(trail, token),
                            async (_, output, token) => await UndoTaskAsync(trail, output, token)
                        )
            },
            {
                "async, default",
                trail =>
                    At()
                        .RegisterWithCompensation(
                            Stage.Start,
                            async (_, token) => await DoTaskAsync(trail, token),
                            (_, output, _) =>
                            {
                                trail.Add($"undone {output}");
                                return default;
                            }
                        )
            },
            {
                "method groups of Tasks",
                trail =>
                {
                    var teller = new Teller(trail);
                    return At()
                        .RegisterWithCompensation<int>(
                            Stage.Start,
                            teller.PayTaskAsync,
                            teller.RefundTaskAsync
                        );
                }
            },
            {
                "method groups of ValueTasks",
                trail =>
                {
                    var teller = new Teller(trail);
                    return At()
                        .RegisterWithCompensation<int>(
                            Stage.Start,
                            teller.PayValueAsync,
                            teller.RefundValueAsync
                        );
                }
            },
        };

    public static TheoryData<string> Sagas => [.. SagasByForm.Keys];

    public static TheoryData<string, Workflow<Stage>> Polls =>
        new()
        {
            {
                "async lambda",
                At().RegisterPoll(Stage.Start, async (_, token) => await ReadyTaskAsync(token))
            },
            { "lambda of a Task", At().RegisterPoll(Stage.Start, (_, token) => ReadyTaskAsync(token)) },
            { "lambda of a ValueTask", At().RegisterPoll(Stage.Start, (_, token) => ReadyValueAsync(token)) },
            { "method group of a Task", At().RegisterPoll(Stage.Start, PollTaskAsync) },
            { "method group of a ValueTask", At().RegisterPoll(Stage.Start, PollValueAsync) },
            {
                "lambda that throws",
                At().RegisterPoll(Stage.Start, (_, _) => throw new IOException("broken"))
            },
        };

    public static TheoryData<string, Workflow<Stage>> Steps =>
        new()
        {
            {
                "async lambda",
                At().RegisterStepped<int>(Stage.Start, async (_, at, token) => await StepTaskAsync(at, token))
            },
            {
                "lambda of a Task",
                At().RegisterStepped<int>(Stage.Start, (_, at, token) => StepTaskAsync(at, token))
            },
            {
                "lambda of a ValueTask",
                At().RegisterStepped<int>(Stage.Start, (_, at, token) => StepValueAsync(at, token))
            },
            { "method group of a Task", At().RegisterStepped<int>(Stage.Start, OneStepTaskAsync) },
            { "method group of a ValueTask", At().RegisterStepped<int>(Stage.Start, OneStepValueAsync) },
            {
                "lambda that throws",
                At().RegisterStepped<int>(Stage.Start, (_, _, _) => throw new IOException("broken"))
            },
        };

    [Theory]
    [Trait("ID", "F84")]
    [MemberData(nameof(Polls), DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Steps), DisableDiscoveryEnumeration = true)]
    public async Task A_poll_and_a_stepped_state_take_every_form(string form, Workflow<Stage> workflow)
    {
        var run = workflow.TryOrchestrateAsync(Stage.Start);
        var outcome = await run.Soon();
        if (form == "lambda that throws")
            Assert.Contains("broken", outcome.LeftToSeq().First().ToString(), StringComparison.Ordinal);
        else
            Assert.Equal(Stage.End, outcome);
    }

    [Theory]
    [Trait("ID", "F84")]
    [MemberData(nameof(Sagas))]
    public async Task A_step_that_can_be_undone_takes_every_form_of_both(string form)
    {
        var trail = new Trail();
        var workflow = SagasByForm[form]
            (trail)
            .Register(Stage.Next, _ => throw new IOException(form), TaskConfig.Minimal);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start).Soon());
        Assert.Equal(["done", "undone 7"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "F84")]
    public async Task A_lambda_that_gives_null_for_a_task_fails_its_state()
    {
        var error = await Failures.OfAsync(
            At()
                .RegisterPoll(Stage.Start, (_, _) => (Task<PollOutcome<Stage>>)null!, TaskConfig.Minimal)
                .OrchestrateAsync(Stage.Start)
        );
        Assert.Contains("Start", error.Message, StringComparison.Ordinal);
    }

    private static Workflow<Stage> At() => Workflow.Bare<Stage>().AddExitState(Stage.End);

    private static async Task<PollOutcome<Stage>> ReadyTaskAsync(CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        return PollOutcome.Ready(Stage.End);
    }

    private static async ValueTask<PollOutcome<Stage>> ReadyValueAsync(CancellationToken token) =>
        await ReadyTaskAsync(token);

    private static Task<PollOutcome<Stage>> PollTaskAsync(TaskContext context, CancellationToken token) =>
        ReadyTaskAsync(token);

    private static ValueTask<PollOutcome<Stage>> PollValueAsync(
        TaskContext context,
        CancellationToken token
    ) => ReadyValueAsync(token);

    private static async Task<StepOutcome<int, Stage>> StepTaskAsync(Cursor<int> at, CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        return at.Or(0) < 2 ? StepOutcome.More(at.Or(0) + 1) : StepOutcome.Done(Stage.End);
    }

    private static async ValueTask<StepOutcome<int, Stage>> StepValueAsync(
        Cursor<int> at,
        CancellationToken token
    ) => await StepTaskAsync(at, token);

    private static Task<StepOutcome<int, Stage>> OneStepTaskAsync(
        TaskContext context,
        Cursor<int> at,
        CancellationToken token
    ) => StepTaskAsync(at, token);

    private static ValueTask<StepOutcome<int, Stage>> OneStepValueAsync(
        TaskContext context,
        Cursor<int> at,
        CancellationToken token
    ) => StepValueAsync(at, token);

    private static async Task<(Stage Next, int Output)> DoTaskAsync(Trail trail, CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        trail.Add("done");
        return (Stage.Next, 7);
    }

    private static async ValueTask<(Stage Next, int Output)> DoValueAsync(
        Trail trail,
        CancellationToken token
    ) => await DoTaskAsync(trail, token);

    private static async Task UndoTaskAsync(Trail trail, int output, CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        trail.Add($"undone {output}");
    }

    private static async ValueTask UndoValueAsync(Trail trail, int output, CancellationToken token) =>
        await UndoTaskAsync(trail, output, token);

    private sealed class Teller(Trail trail)
    {
        public Task<(Stage Next, int Output)> PayTaskAsync(TaskContext context, CancellationToken token) =>
            DoTaskAsync(trail, token);

        public ValueTask<(Stage Next, int Output)> PayValueAsync(
            TaskContext context,
            CancellationToken token
        ) => DoValueAsync(trail, token);

        public Task RefundTaskAsync(TaskContext context, int output, CancellationToken token) =>
            UndoTaskAsync(trail, output, token);

        public ValueTask RefundValueAsync(TaskContext context, int output, CancellationToken token) =>
            UndoValueAsync(trail, output, token);
    }
}
