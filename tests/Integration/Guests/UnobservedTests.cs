using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Cano.Integration.Steps.Waits;

namespace Cano.Integration.Guests;

/// <summary>An application that listens to `TaskScheduler.UnobservedTaskException` hears of nothing that a
/// run has already told.</summary>
[Collection(MeasuresMemory.Name)]
public sealed class UnobservedTests
{
    public static TheoryData<string> Ends =>
        ["throws at once", "throws later", "throws after its attempt", "throws after its run"];

    [Theory]
    [Trait("ID", "X4")]
    [MemberData(nameof(Ends))]
    public async Task What_a_body_throws_is_left_to_nobody_in_any_kind_of_step(string end)
    {
        var unseen = new ConcurrentBag<string>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs told)
        {
            foreach (var mark in told.Exception.InnerExceptions.OfType<Left>())
                unseen.Add(mark.Kind);
        }

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            foreach (var kind in EveryKind.Names.Except(Unlimited(end)))
                await FailAsync(kind, end);
            for (var round = 0; round < 3; round++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.Empty(unseen);
    }

    /// <summary>An attempt's limit is an item's in a stream; a step that will be undone is awaited until it
    /// has ended.</summary>
    private static string[] Unlimited(string end) =>
        end switch
        {
            "throws after its attempt" => ["source", "flush", "compensatable"],
            "throws after its run" => ["compensatable"],
            _ => [],
        };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task FailAsync(string kind, string end)
    {
        using var cancel = new CancellationTokenSource();
        var late = new TaskCompletionSource();
        var thrown = new TaskCompletionSource();
        var begun = false;
        async Task Body(CancellationToken token)
        {
            begun = true;
            if (end == "throws later")
                await Task.Yield();
            if (end == "throws after its run")
                cancel.CancelAfter(1);
            if (end.StartsWith("throws after", StringComparison.Ordinal))
                await late.Task;
            thrown.TrySetResult();
            throw new Left(kind);
        }

        var config =
            end == "throws after its attempt"
                ? TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromMilliseconds(1))
                : TaskConfig.Minimal;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterKind(
                kind,
                (Stage.Start, Stage.End),
                (_, token) => end == "throws at once" ? throw new Left(kind) : Body(token),
                config
            )
            .AddExitState(Stage.End)
            .WithStopGrace(TimeSpan.FromMilliseconds(1))
            .WithCheckpointStore(new KeepingStore());
        await workflow.AllowAsync(kind);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, Waiters.RunId, cancel.Token).Soon());
        late.SetResult();
        // A time of a millisecond may be up before anything is called.
        if (begun)
            await thrown.Task.Soon();
    }

    private sealed class Left(string kind) : Exception
    {
        public string Kind => kind;
    }
}
