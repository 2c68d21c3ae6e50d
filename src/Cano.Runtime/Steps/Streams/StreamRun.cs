using System.Runtime.ExceptionServices;
using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Errors;
using Cano.Runtime.Resilience;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Steps.Streams;

/// <summary>A source that is being read for one visit of one run. What the visit holds besides, if it does,
/// is let go of behind the source.</summary>
internal sealed class StreamRun<TState, TItem, TOutput, TCursor>(
    IStreamTask<TState, TItem, TOutput, TCursor> task,
    IAsyncDisposable? held,
    AttemptRules itemRules,
    VisitScope<TState> run,
    Cursor<TCursor> start
) : IAsyncDisposable
    where TState : notnull
{
    private readonly StreamWindow _window = task.Window;
    private readonly int _errorsMax = task.OnItemError.ErrorsMax;
    private TaskContext? _sourceContext;
    private IAsyncEnumerator<TItem>? _source;
    private Task<bool>? _reading;
    private List<TOutput> _outputs = [];
    private TCursor? _cursor;
    private long _windowBegan;
    private int _errors;
    private bool _exhausted;

    // Whether it was closed, or stopped by a flush: nobody closes it any more.
    private bool _hasEnded;
    private (bool Is, TState? State) _stopped;

    /// <summary>Whether the run stops and the last window is on its way.</summary>
    public bool IsDraining { get; private set; }

    private TimeProvider Time => run.Options.Time;

    /// <summary>What is left of a window's span. Setting the wall clock changes nothing about it.</summary>
    private TimeSpan Left => _window.Span - Time.GetElapsedTime(_windowBegan);

    /// <summary>Reads until a window is committed or the stream is over. Throws what fails the
    /// stream.</summary>
    public async ValueTask<RunEvent> NextAsync()
    {
        if (_stopped.Is)
            return run.Answered(_stopped.State!);
        _windowBegan = Time.GetTimestamp();
        while (!_exhausted)
        {
            if (run.StopToken.IsCancellationRequested)
                return await DrainAsync().ConfigureAwait(false);
            if (IsFull())
                return await FlushAsync().ConfigureAwait(false);
            if (await ReadAsync().ConfigureAwait(false))
                await ProcessAsync(_source!.Current).ConfigureAwait(false);
        }

        if (run.StopToken.IsCancellationRequested)
            return await DrainAsync().ConfigureAwait(false);
        if (_outputs.Count > 0)
            return await FlushAsync().ConfigureAwait(false);
        _hasEnded = true;
        var next = await run.CallStepAsync(
                default,
                (context, cancel) => CloseAsync(StreamEnd.Exhausted, context, cancel)
            )
            .ConfigureAwait(false);
        return run.Answered(next);
    }

    /// <summary>Lets go of the stream. It is told first when the run stops and it has not heard of that yet:
    /// the stop came while a window was flushed or committed.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (run.StopToken.IsCancellationRequested && !_hasEnded)
                await CloseCancelledAsync().ConfigureAwait(false);
        }
        finally
        {
            await LetGoAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Lets go of the source. One that is still reading gets the grace, and after that as long as it
    /// reads: it may not be disposed under its own feet.</summary>
    private async ValueTask LetGoAsync()
    {
        if (_reading is { } reading)
        {
            await StopGrace.GraceAsync(reading, run.StopGrace, run.Options).ConfigureAwait(false);
            if (!reading.IsCompleted)
            {
                StopGrace.Abandon(reading, _sourceContext!, run.Options);
                _ = LateDisposal.WhenReadAsync(reading, All(), run.Options.Logger);
                return;
            }
        }

        if (_source is not null)
            await LateDisposal
                .UnlessStoppedAsync(All(), _sourceContext!, run.Options, run.Stop.Watch)
                .ConfigureAwait(false);
        else if (held is not null)
            await held.DisposeAsync().ConfigureAwait(false);
    }

    private IAsyncDisposable All() => held is null ? _source! : new HeldSource(_source!, held);

    private bool IsFull()
    {
        if (_window.Span == TimeSpan.Zero)
            return _outputs.Count >= _window.Items;
        if (Left > TimeSpan.Zero)
            return false;
        if (_outputs.Count > 0)
            return true;
        _windowBegan = Time.GetTimestamp();
        return false;
    }

    /// <summary>Whether there is an item now. There is none when the source is exhausted, the window's time
    /// is up or the run stops; a read under way then goes on.</summary>
    private async ValueTask<bool> ReadAsync()
    {
        if (_source is null)
        {
            // The source keeps its context for as long as it is read.
            _sourceContext = run.NewContext();
            var items =
                task.OpenAsync(_sourceContext, start, run.StopToken)
                ?? throw InvalidAnswer.OfNull(
                    $"OpenAsync of stream '{task.Name}'",
                    "an empty sequence when there are no items"
                );
            _source = items.GetAsyncEnumerator(run.StopToken);
        }

        _reading ??= NextItem(_source, _sourceContext!, run.StopToken);
        if (!_reading.IsCompleted)
        {
            TimeSpan? window = _window.Span == TimeSpan.Zero ? null : Left;
            using var limit = new AttemptLimit(window, run.Options, run.Stop);
            Task waited = _reading.WaitAsync(limit.Tokens.Watch);
            await waited.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_reading.IsCompleted)
                return false;
        }

        var read = _reading;
        _reading = null;
        try
        {
            _exhausted = !await read.ConfigureAwait(false);
            return !_exhausted;
        }
        catch (OperationCanceledException) when (run.StopToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>A source that throws at once has failed like any other.</summary>
    private static Task<bool> NextItem(
        IAsyncEnumerator<TItem> source,
        TaskContext context,
        CancellationToken cancel
    )
    {
        try
        {
            return context
                .CallAsync(UserCallKind.Read, source, static (source, _, _) => source.MoveNextAsync(), cancel)
                .AsTask();
        }
        catch (Exception thrown)
        {
            return Task.FromException<bool>(thrown);
        }
    }

    private async ValueTask ProcessAsync(TItem item)
    {
        try
        {
            var (output, cursor) = await run.CallStepAsync(
                    itemRules,
                    (context, cancel) => ProcessAsync(item, context, cancel)
                )
                .ConfigureAwait(false);
            _outputs.Add(output);
            _cursor = cursor;
            _errors = 0;
        }
        // An item that fails because the run stops is not the item's failure; it will be read again.
        catch (Exception thrown)
            when (run.StopToken.IsCancellationRequested || (IsOfItem(thrown) && _errors++ < _errorsMax)) { }
    }

    /// <summary>The breaker's refusal is not the item's failure, nor is a mistake in the program: dropping
    /// items would lose them.</summary>
    private static bool IsOfItem(Exception thrown) =>
        thrown is not RefusedException && !Faults.IsMistake(thrown);

    private async ValueTask<RunEvent> FlushAsync()
    {
        var outputs = _outputs;
        _outputs = [];
        var outcome = await run.CallStepAsync(
                default,
                (context, cancel) => FlushAsync(outputs, context, cancel)
            )
            .ConfigureAwait(false);
        if (outcome.IsStop)
            (_stopped, _hasEnded) = ((true, outcome.State), true);
        return CursorJson.Advanced(task.Name, run, _cursor);
    }

    /// <summary>The run stops: what was read is flushed, the stream is closed, and the cursor is committed
    /// last, unless the flush failed or did not end. The first of two failures is the one that is told; no
    /// time left is none. A run that is told to rest goes on from the last cursor, and flushes no window that
    /// is not full: the next one of that key would have more in it.</summary>
    private async ValueTask<RunEvent> DrainAsync()
    {
        IsDraining = true;
        var isForFlushing = _outputs.Count > 0 && (!run.IsSuspending || IsFull());
        var outputs = _outputs;
        _outputs = [];
        var isFlushed = false;
        ExceptionDispatchInfo? flushFailure = null;
        try
        {
            if (isForFlushing)
            {
                await run.CallInGraceAsync((context, cancel) => FlushAsync(outputs, context, cancel))
                    .ConfigureAwait(false);
                isFlushed = true;
            }
        }
        catch (AbandonedException) { }
        catch (Exception thrown)
        {
            flushFailure = ExceptionDispatchInfo.Capture(thrown);
        }

        try
        {
            await CloseCancelledAsync().ConfigureAwait(false);
        }
        catch (AbandonedException) { }
        catch (Exception) when (flushFailure is not null) { }

        flushFailure?.Throw();
        return isFlushed ? CursorJson.Advanced(task.Name, run, _cursor) : run.Stopped();
    }

    private async ValueTask CloseCancelledAsync()
    {
        _hasEnded = true;
        await run.CallInGraceAsync((context, cancel) => CloseAsync(StreamEnd.Cancelled, context, cancel))
            .ConfigureAwait(false);
    }

    private ValueTask<(TOutput Output, TCursor Cursor)> ProcessAsync(
        TItem item,
        TaskContext context,
        CancellationToken cancel
    ) =>
        context.CallAsync(
            UserCallKind.Body,
            (task, item),
            static (it, context, cancel) => it.task.ProcessItemAsync(context, it.item, cancel),
            cancel
        );

    private ValueTask<WindowOutcome<TState>> FlushAsync(
        List<TOutput> outputs,
        TaskContext context,
        CancellationToken cancel
    ) =>
        context.CallAsync(
            UserCallKind.Body,
            (task, outputs),
            static (it, context, cancel) => it.task.FlushWindowAsync(context, it.outputs, cancel),
            cancel
        );

    private ValueTask<TState> CloseAsync(StreamEnd reason, TaskContext context, CancellationToken cancel) =>
        context.CallAsync(
            UserCallKind.Body,
            (task, reason),
            static (it, context, cancel) => it.task.OnCloseAsync(context, it.reason, cancel),
            cancel
        );
}
