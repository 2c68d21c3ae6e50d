using Cano.Integration.Steps.Streams;
using Cano.Testing;

namespace Cano.Integration.Context;

/// <summary>Streams, read without a workflow.</summary>
public sealed class TestedStreamTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Trail _trail = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_stream_is_read_to_its_end_and_tells_its_windows_with_their_cursors()
    {
        var outcome = await TestContext.For().RunAsync(new Reading(5, _trail));
        Assert.Equal(["1 2 to 2", "3 4 to 4", "5 to 5"], Told(outcome));
        Assert.Equal((false, Stage.End), (outcome.IsCancelled, outcome.Next));
        Assert.Equal((1, 1), (_trail.CountOf("close Exhausted"), _trail.CountOf("disposed")));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_stream_goes_on_from_a_cursor()
    {
        var outcome = await TestContext.For().RunAsync(new Reading(5, _trail), 3);
        Assert.Equal(["4 5 to 5"], Told(outcome));
        Assert.Equal("open 3", _trail.Marks[0]);
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_flush_that_stops_the_stream_tells_the_next_state()
    {
        var reading = new Reading(5, _trail)
        {
            Flushing = (_, _, _) => Task.FromResult(WindowOutcome.Stop(Stage.Stop)),
        };
        var outcome = await TestContext.For().RunAsync(reading);
        Assert.Equal(["1 2 to 2"], Told(outcome));
        Assert.Equal((false, Stage.Stop), (outcome.IsCancelled, outcome.Next));
        Assert.Equal(0, _trail.CountOf("close Exhausted"));
        Assert.Equal(1, _trail.CountOf("disposed"));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_stream_that_is_told_to_stop_flushes_closes_and_lets_go()
    {
        var reading = new Reading(5, _trail)
        {
            Before = (item, token) => item < 4 ? Task.CompletedTask : StoppedAsync(token),
            Closing = (context, _, token) =>
            {
                Assert.Equal((context.CancellationToken, false), (token, token.IsCancellationRequested));
                return Task.CompletedTask;
            },
        };
        var outcome = await TestContext.For(cancellationToken: _stop.Token).RunAsync(reading);
        Assert.Equal(["1 2 to 2", "3 to 3"], Told(outcome));
        Assert.True(outcome.IsCancelled);
        Assert.Equal(1, _trail.CountOf("close Cancelled"));
        Assert.Equal(1, _trail.CountOf("disposed"));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_stream_that_is_told_to_stop_while_it_flushes_is_closed_too()
    {
        var reading = new Reading(5, _trail)
        {
            Flushing = async (_, _, _) =>
            {
                await _stop.CancelAsync();
                return WindowOutcome.Continue;
            },
        };
        var outcome = await TestContext.For(cancellationToken: _stop.Token).RunAsync(reading);
        Assert.Equal(["1 2 to 2"], Told(outcome));
        Assert.True(outcome.IsCancelled);
        Assert.Equal(["close Cancelled", "disposed"], _trail.Marks.TakeLast(2));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_failed_item_is_dropped_or_comes_as_it_is_as_the_stream_says()
    {
        var reading = new Reading(3, _trail)
        {
            Processing = (_, item, _) => item == 2 ? throw new IOException("two") : Task.CompletedTask,
        };
        Assert.Equal(
            "two",
            (await Assert.ThrowsAsync<IOException>(() => TestContext.For().RunAsync(reading))).Message
        );
        Assert.Equal("disposed", _trail.Marks[^1]);
        var lenient = new Reading(3, _trail)
        {
            Processing = reading.Processing,
            OnItemError = ItemErrorPolicy.SkipAndContinue,
        };
        Assert.Equal(["1 3 to 3"], Told(await TestContext.For().RunAsync(lenient)));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task Each_window_has_an_effect_key_of_its_own()
    {
        var reading = new Reading(3, new Trail())
        {
            Flushing = (context, _, _) =>
            {
                _trail.Add(context.EffectKey);
                return Task.FromResult<WindowOutcome<Stage>>(WindowOutcome.Continue);
            },
        };
        await TestContext.For().RunAsync(reading);
        Assert.Equal(["run/contextoftest/0/s0", "run/contextoftest/0/s1"], _trail.Marks);
    }

    private static IEnumerable<string> Told(StreamOutcome<Stage, int, int> outcome) =>
        outcome.Windows.Select(window => $"{string.Join(' ', window.Outputs)} to {window.Cursor}");

    private async Task StoppedAsync(CancellationToken token)
    {
        await _stop.CancelAsync();
        token.ThrowIfCancellationRequested();
    }
}
