using Cano.Testing;

namespace Cano.Integration.Steps.Streams;

/// <summary>Streams that do not stop when they are told to.</summary>
public sealed class StreamGraceTests : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();
    private readonly Gate _gate = new();
    private readonly KeepingLogger _logger = new();
    private readonly MemoryStore _store = new();

    public void Dispose() => _cancel.Dispose();

    [Fact]
    [Trait("ID", "Y22")]
    public async Task A_source_that_ignores_its_token_is_given_the_grace_and_then_left_alone()
    {
        var begun = _time.GetUtcNow();
        var run = await HangingSourceAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(_time.RunAsync(run))).Category);
        Assert.Equal(TimeSpan.FromSeconds(2), _time.GetUtcNow() - begun);
        Assert.Equal("open none, 1, flush 1, close Cancelled", _trail.Text());
        _gate.Open();
    }

    [Fact]
    [Trait("ID", "M13")]
    public async Task A_source_that_still_reads_when_the_grace_ends_is_disposed_of_when_the_read_has_ended()
    {
        var run = await HangingSourceAsync();
        await Failures.OfAsync(_time.RunAsync(run));
        Assert.Equal(0, _trail.CountOf("disposed"));
        _gate.Open();
        await Scheduling.Flows.UntilAsync(() => _trail.CountOf("disposed") > 0);
        Assert.Equal(1, _trail.CountOf("disposed"));
    }

    [Fact]
    [Trait("ID", "Y22")]
    public async Task A_source_that_is_left_alone_is_named_by_a_warning()
    {
        var run = await HangingSourceAsync();
        await Failures.OfAsync(_time.RunAsync(run));
        _gate.Open();
        Assert.Contains("Start", Assert.Single(_logger.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "Y22")]
    public async Task A_source_that_ends_within_the_grace_is_disposed_once_without_a_warning()
    {
        var run = await HangingSourceAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        _gate.Open();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal(1, _trail.CountOf("disposed"));
        Assert.Empty(_logger.Warnings);
    }

    [Fact]
    [Trait("ID", "Y22"), Trait("ID", "M3")]
    public async Task An_item_that_is_abandoned_does_not_keep_the_drain_from_its_store()
    {
        var stream = new Reading(9, _trail)
        {
            Window = StreamWindow.Count(5),
            Processing = (_, item, _) => item == 2 ? _gate.HoldAsync() : Task.CompletedTask,
            Flushing = (context, outputs, _) =>
            {
                context.Store.Put("flushed", outputs.Count);
                return Task.FromResult<WindowOutcome<Stage>>(WindowOutcome.Continue);
            },
        };
        var run = Of(stream).OrchestrateAsync(Stage.Start, _cancel.Token);
        await _gate.Entered;
        await _cancel.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(_time.RunAsync(run))).Category);
        Assert.Equal(1, _store.Get<int>("flushed"));
        _gate.Open();
    }

    [Fact]
    [Trait("ID", "M3"), Trait("ID", "Y22")]
    public async Task The_last_flush_has_the_grace_and_its_token_says_when_that_is_over()
    {
        var signalled = new List<bool>();
        var source = new Gate();
        var stream = new Reading(9, _trail)
        {
            Before = (item, token) => item == 2 ? source.PassAsync(token) : Task.CompletedTask,
            Flushing = async (_, _, token) =>
            {
                signalled.Add(token.IsCancellationRequested);
                await _gate.PassAsync(token);
                return WindowOutcome.Continue;
            },
        };
        var run = Of(stream).OrchestrateAsync(Stage.Start, _cancel.Token);
        await source.Entered;
        await _cancel.CancelAsync();
        await _gate.Entered;
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal([false], signalled);
        Assert.Equal(1, _trail.CountOf("close Cancelled"));
    }

    [Fact]
    [Trait("ID", "M3"), Trait("ID", "Y22")]
    public async Task A_flush_under_way_that_ignores_a_cancel_is_abandoned_and_the_stream_closed()
    {
        var stream = new Reading(9, _trail)
        {
            Window = StreamWindow.Count(2),
            Flushing = async (_, _, _) =>
            {
                await _gate.HoldAsync();
                return WindowOutcome.Continue;
            },
        };
        var run = Of(stream).OrchestrateAsync(Stage.Start, _cancel.Token);
        await _gate.Entered;
        await _cancel.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(_time.RunAsync(run))).Category);
        _gate.Open();
        Assert.Equal("open none, 1, 2, flush 1 2, close Cancelled", _trail.TextOfStream());
        Assert.Contains("Start", Assert.Single(_logger.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "M3"), Trait("ID", "Y22")]
    public async Task A_last_flush_that_ignores_its_token_is_abandoned_uncommitted_and_the_run_is_cancelled()
    {
        var journal = new KeepingStore();
        var source = new Gate();
        var stream = new Reading(9, _trail)
        {
            Before = (item, token) => item == 2 ? source.PassAsync(token) : Task.CompletedTask,
            Flushing = async (_, _, _) =>
            {
                await _gate.HoldAsync();
                return WindowOutcome.Continue;
            },
        };
        var run = Of(stream).WithCheckpointStore(journal).OrchestrateAsync(Stage.Start, "run", _cancel.Token);
        await source.Entered;
        await _cancel.CancelAsync();
        await _gate.Entered;
        // Told at the end of the grace, and given up a grace later.
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("cancelled", (await Failures.OfAsync(_time.RunAsync(run))).Category);
        _gate.Open();
        Assert.Equal("open none, 1, flush 1, close Cancelled", _trail.TextOfStream());
        Assert.Equal(["StateEntered Start"], journal.Story);
        Assert.Contains("Start", Assert.Single(_logger.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "M3"), Trait("ID", "Y22")]
    public async Task A_last_close_that_outlasts_the_grace_does_not_keep_the_flushed_window_from_its_cursor()
    {
        var journal = new KeepingStore();
        var source = new Gate();
        var stream = new Reading(9, _trail)
        {
            Before = (item, token) => item == 2 ? source.PassAsync(token) : Task.CompletedTask,
            Closing = (_, _, token) => _gate.PassAsync(token),
        };
        var run = Of(stream).WithCheckpointStore(journal).OrchestrateAsync(Stage.Start, "run", _cancel.Token);
        await source.Entered;
        await _cancel.CancelAsync();
        await _gate.Entered;
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal(["StateEntered Start", "CursorAdvanced Start"], journal.Story);
    }

    /// <summary>A run whose source hangs before item 2 and has just been told to stop, with a grace of 2
    /// s.</summary>
    private async Task<Task<Stage>> HangingSourceAsync()
    {
        var stream = new Reading(9, _trail)
        {
            Before = (item, _) => item == 2 ? _gate.HoldAsync() : Task.CompletedTask,
        };
        var run = Of(stream).OrchestrateAsync(Stage.Start, _cancel.Token);
        await _gate.Entered;
        await _cancel.CancelAsync();
        return run;
    }

    private Workflow<Stage> Of(Reading stream) =>
        Streaming
            .In(stream)
            .WithResources(new Resources().Insert("store", _store))
            .WithTimeProvider(_time)
            .WithLogger(_logger)
            .WithStopGrace(TimeSpan.FromSeconds(2));
}
