namespace Cano.Integration.Hosting;

// A class of each kind, each with a scoped service. What they are called is not their type's name, so that it
// must have been asked of one.

internal sealed class ScopedWork(Scoped scoped) : ITask<Stage>, IDisposable
{
    public string Name => "work";

    public TaskConfig Config => TaskConfig.Default.WithFixedRetry(1, TimeSpan.Zero);

    public ValueTask<Stage> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        scoped.Mark($"attempt {context.Attempt}");
        return context.Attempt == 1 ? throw new IOException("first") : new(Stage.End);
    }

    public void Dispose() => scoped.Mark("task disposed");
}

internal sealed class ScopedNode(Scoped scoped) : INode<Stage, int, int>
{
    private int _calls;

    public string Name => "node";

    public ValueTask<int> PrepAsync(TaskContext context, CancellationToken cancellationToken) =>
        Called("prep");

    public ValueTask<int> ExecAsync(int prep, CancellationToken cancellationToken) => Called("exec");

    public async ValueTask<Stage> PostAsync(
        TaskContext context,
        int exec,
        CancellationToken cancellationToken
    )
    {
        await Called("post");
        return _calls == 3 ? Stage.End : Stage.Stop;
    }

    private ValueTask<int> Called(string what)
    {
        scoped.Mark(what);
        return new(++_calls);
    }
}

internal sealed class ScopedRouter(Scoped scoped) : IRouterTask<Stage>
{
    public string Name => "router";

    public ValueTask<Stage> RouteAsync(TaskContext context, CancellationToken cancellationToken)
    {
        scoped.Mark("route");
        return new(Stage.End);
    }
}

internal sealed class ScopedPoll(Scoped scoped, Numbers numbers) : IPollTask<Stage>
{
    public string Name => "poll";

    public PollErrorPolicy OnError => PollErrorPolicy.RetryOnError(1);

    public ValueTask<PollOutcome<Stage>> PollAsync(TaskContext context, CancellationToken cancellationToken)
    {
        scoped.Mark("look");
        var looks = numbers.Trail.Marks.Count(mark => mark.StartsWith("look", StringComparison.Ordinal));
        return looks == 1 ? throw new IOException("forgiven once") : new(PollOutcome.Ready(Stage.End));
    }
}

internal sealed class ScopedTimer(Scoped scoped) : ITimerTask<Stage>
{
    public string Name => "timer";

    public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken)
    {
        scoped.Mark("wait");
        return new(TimerOutcome.After(TimeSpan.Zero));
    }

    public ValueTask<Stage> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken)
    {
        scoped.Mark("after");
        return new(Stage.End);
    }
}

internal sealed class ScopedBatch(Scoped scoped) : IBatchTask<Stage, int, int>
{
    public string Name => "batch";

    public ValueTask<IReadOnlyList<int>> LoadAsync(TaskContext context, CancellationToken cancellationToken)
    {
        scoped.Mark("load");
        return new([1, 2]);
    }

    public ValueTask<int> ProcessItemAsync(TaskContext context, int item, CancellationToken cancellationToken)
    {
        scoped.Mark($"item {item}");
        return new(item);
    }

    public ValueTask<Stage> FinishAsync(
        TaskContext context,
        IReadOnlyList<ItemResult<int>> results,
        CancellationToken cancellationToken
    )
    {
        scoped.Mark($"finish {results.Count}");
        return new(Stage.End);
    }
}

internal sealed class ScopedPayment(Scoped scoped) : ICompensatableTask<Stage, string>
{
    public string Name => "payment";

    public ValueTask<(Stage Next, string Output)> RunAsync(
        TaskContext context,
        CancellationToken cancellationToken
    )
    {
        scoped.Mark("pay");
        return new((Stage.Work, "receipt"));
    }

    public ValueTask CompensateAsync(TaskContext context, string output, CancellationToken cancellationToken)
    {
        scoped.Mark($"refund {output}");
        return default;
    }
}

internal sealed class ScopedSteps(Scoped scoped) : ISteppedTask<Stage, int>
{
    public string Name => "steps";

    public ValueTask<StepOutcome<int, Stage>> StepAsync(
        TaskContext context,
        Cursor<int> cursor,
        CancellationToken cancellationToken
    )
    {
        scoped.Mark($"step {cursor.Or(0)}");
        return new(cursor.Or(0) == 1 ? StepOutcome.Done(Stage.End) : StepOutcome.More(1));
    }
}

internal sealed class ScopedStream(Scoped scoped, Numbers numbers) : IStreamTask<Stage, int, int, int>
{
    public string Name => "stream";

    public StreamWindow Window => StreamWindow.Count(2);

    public async IAsyncEnumerable<int> OpenAsync(
        TaskContext context,
        Cursor<int> cursor,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        try
        {
            for (var item = cursor.Or(0) + 1; item <= 3; item++)
            {
                await Task.Yield();
                yield return item;
            }
        }
        finally
        {
            scoped.Mark("source closed");
        }
    }

    public ValueTask<(int Output, int Cursor)> ProcessItemAsync(
        TaskContext context,
        int item,
        CancellationToken cancellationToken
    ) => item == numbers.FailsAt ? throw new IOException("unreadable") : new((item, item));

    public ValueTask<WindowOutcome<Stage>> FlushWindowAsync(
        TaskContext context,
        IReadOnlyList<int> outputs,
        CancellationToken cancellationToken
    )
    {
        scoped.Mark($"flush {outputs.Count}");
        return new(WindowOutcome.Continue);
    }

    public ValueTask<Stage> OnCloseAsync(
        TaskContext context,
        StreamEnd reason,
        CancellationToken cancellationToken
    )
    {
        scoped.Mark("close");
        return new(Stage.End);
    }
}
