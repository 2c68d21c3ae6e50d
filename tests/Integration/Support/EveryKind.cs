using System.Runtime.CompilerServices;
using Cano.Integration.Steps.Waits;

namespace Cano.Integration;

/// <summary>Every kind of step with one body, for what must hold whatever the step.</summary>
internal static class EveryKind
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "task",
        "node",
        "router",
        "load",
        "batch",
        "poll",
        "timer",
        "after a timer",
        "stepped",
        "compensatable",
        "branch",
        "listed branch",
        "stream",
        "source",
        "flush",
        "wait",
    ];

    /// <summary>Gives a state a step of a kind that calls the body once and goes on.</summary>
    public static Workflow<Stage> RegisterKind(
        this Workflow<Stage> workflow,
        string kind,
        (Stage At, Stage Next) on,
        Func<TaskContext, CancellationToken, Task> body,
        TaskConfig? config = null
    )
    {
        config ??= TaskConfig.Minimal;
        var call = new Call(on.Next, config, body);
        return kind switch
        {
            "task" => workflow.Register(on.At, call.RunAsync, config),
            "node" => workflow.Register(on.At, new Node(call)),
            "router" => workflow.RegisterRouter(on.At, new Router(call)),
            "load" or "batch" => workflow.Register(on.At, new Batch(kind, call)),
            "poll" => workflow.RegisterPoll(
                on.At,
                async (context, token) => PollOutcome.Ready(await call.RunAsync(context, token)),
                config
            ),
            "timer" => workflow.Register(on.At, new Timer(call, isAfter: false)),
            "after a timer" => workflow.Register(on.At, new Timer(call, isAfter: true)),
            "stepped" => workflow.RegisterStepped<int>(
                on.At,
                async (context, _, token) => StepOutcome.Done(await call.RunAsync(context, token)),
                config
            ),
            "compensatable" => workflow.RegisterWithCompensation<int>(
                on.At,
                async (context, token) => (await call.RunAsync(context, token), 1),
                (_, _, _) => default,
                config
            ),
            "branch" => workflow.RegisterSplit(
                on.At,
                [CanoTask.From<Stage>("branch", call.RunAsync, config)],
                JoinConfig.Create(JoinStrategy.All, on.Next)
            ),
            "listed branch" => workflow.RegisterSplit(
                on.At,
                _ => [CanoTask.From<Stage>("branch", call.RunAsync, config)],
                JoinConfig.Create(JoinStrategy.All, on.Next)
            ),
            "stream" or "source" or "flush" => workflow.RegisterStream(on.At, new Stream(kind, call)),
            "wait" => workflow.Waiting(on.At, Wait.For<Stage>().On(Waiters.Refuse, call.RunAsync, config)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind."),
        };
    }

    /// <summary>Lets a run that waits for its signal have it.</summary>
    public static Task AllowAsync(this Workflow<Stage> workflow, string kind) =>
        kind == "wait" ? workflow.SendAsync(Waiters.Refuse) : Task.CompletedTask;

    private sealed class Call(Stage next, TaskConfig config, Func<TaskContext, CancellationToken, Task> body)
    {
        public TaskConfig Config => config;

        public async ValueTask<Stage> RunAsync(TaskContext context, CancellationToken token)
        {
            await body(context, token);
            return next;
        }
    }

    private sealed class Node(Call call) : INode<Stage, int, int>
    {
        public TaskConfig Config => call.Config;

        public ValueTask<int> PrepAsync(TaskContext context, CancellationToken cancellationToken) => new(1);

        public ValueTask<int> ExecAsync(int prep, CancellationToken cancellationToken) => new(prep);

        public ValueTask<Stage> PostAsync(
            TaskContext context,
            int exec,
            CancellationToken cancellationToken
        ) => call.RunAsync(context, cancellationToken);
    }

    private sealed class Router(Call call) : IRouterTask<Stage>
    {
        public TaskConfig Config => call.Config;

        public ValueTask<Stage> RouteAsync(TaskContext context, CancellationToken cancellationToken) =>
            call.RunAsync(context, cancellationToken);
    }

    /// <summary>A batch of one item; the body is its loading or its processing.</summary>
    private sealed class Batch(string kind, Call call) : IBatchTask<Stage, int, Stage>
    {
        private Stage _next;

        public TaskConfig Config => call.Config;

        public async ValueTask<IReadOnlyList<int>> LoadAsync(
            TaskContext context,
            CancellationToken cancellationToken
        )
        {
            if (kind == "load")
                _next = await call.RunAsync(context, cancellationToken);
            return [1];
        }

        public ValueTask<Stage> ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken cancellationToken
        ) => kind == "load" ? new(_next) : call.RunAsync(context, cancellationToken);

        public ValueTask<Stage> FinishAsync(
            TaskContext context,
            IReadOnlyList<ItemResult<Stage>> results,
            CancellationToken cancellationToken
        ) => results[0].Error is { } error ? throw new CanoException(error) : new(results[0].Value);
    }

    private sealed class Timer(Call call, bool isAfter) : ITimerTask<Stage>
    {
        private Stage _next;

        public TaskConfig Config => call.Config;

        public async ValueTask<TimerOutcome> WaitAsync(
            TaskContext context,
            CancellationToken cancellationToken
        )
        {
            if (!isAfter)
                _next = await call.RunAsync(context, cancellationToken);
            return TimerOutcome.After(TimeSpan.Zero);
        }

        public ValueTask<Stage> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            isAfter ? call.RunAsync(context, cancellationToken) : new(_next);
    }

    /// <summary>A stream of one item; the body is its processing, its source, or its flush.</summary>
    private sealed class Stream(string kind, Call call) : IStreamTask<Stage, int, int, int>
    {
        private Stage _next;

        public TaskConfig Config => call.Config;

        public async IAsyncEnumerable<int> OpenAsync(
            TaskContext context,
            Cursor<int> cursor,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            await CallAsync("source", context, cancellationToken);
            if (!cursor.HasValue)
                yield return 1;
        }

        public async ValueTask<(int Output, int Cursor)> ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken cancellationToken
        )
        {
            await CallAsync("stream", context, cancellationToken);
            return (item, item);
        }

        public async ValueTask<WindowOutcome<Stage>> FlushWindowAsync(
            TaskContext context,
            IReadOnlyList<int> outputs,
            CancellationToken cancellationToken
        )
        {
            await CallAsync("flush", context, cancellationToken);
            return WindowOutcome.Continue;
        }

        public ValueTask<Stage> OnCloseAsync(
            TaskContext context,
            StreamEnd reason,
            CancellationToken cancellationToken
        ) => new(_next);

        private async Task CallAsync(string at, TaskContext context, CancellationToken token)
        {
            if (at == kind)
                _next = await call.RunAsync(context, token);
        }
    }
}
