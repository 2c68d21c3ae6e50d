using System.Collections.Immutable;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Observation;
using Cano.Runtime.Signals;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Runtime.Scope;

/// <summary>What a workflow's runs are run with, apart from their definition.</summary>
internal sealed record RunOptions
{
    public TimeProvider Time
    {
        get;
        init
        {
            field = value;
            Driven = value as IDrivenTime;
        }
    } = TimeProvider.System;

    /// <summary>The clock, if it moves when nothing works any more; null for all others.</summary>
    public IDrivenTime? Driven { get; private init; }

    /// <summary>What the wall clock shows.</summary>
    /// <exception cref="CanoException">`workflow`: the clock throws.</exception>
    public DateTimeOffset Now()
    {
        try
        {
            return Time.GetUtcNow();
        }
        catch (Exception thrown)
        {
            throw new CanoException(Faults.OfClock(thrown), thrown);
        }
    }

    /// <summary>The user's logger. It is guarded here, where it comes in, and nowhere else.</summary>
    public ILogger Logger
    {
        get;
        init
        {
            field = GuardedLogger.Around(value);
            HasNoLogger = value == NullLogger.Instance;
        }
    } = NullLogger.Instance;

    /// <summary>Nobody gave a logger.</summary>
    public bool HasNoLogger { get; private init; } = true;

    /// <summary>How long work that was told to stop is awaited before it is abandoned.</summary>
    public TimeSpan StopGrace => OwnStopGrace ?? TimeSpan.FromSeconds(5);

    /// <summary>As the workflow says; null when it does not.</summary>
    public TimeSpan? OwnStopGrace { get; init; }

    public Dispatcher Dispatcher
    {
        get => field ?? Driven?.Dispatcher ?? Dispatcher.ThreadPool;
        init;
    }

    /// <summary>Samples in [0, 1) for jitter and drawn ids.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Who is told what happens, in the order of registration.</summary>
    public ImmutableArray<IWorkflowObserver> Observers { get; init; } = [];

    /// <summary>What becomes of the rows of runs that have ended.</summary>
    public Retention Retention => OwnRetention ?? Retention.Clear;

    /// <summary>As the workflow says; null when it does not.</summary>
    public Retention? OwnRetention { get; init; }

    /// <summary>Stands around the calls of the user's code; null: nothing does.</summary>
    public IUserCalls? Calls
    {
        get => field ?? Driven?.Calls;
        init;
    }

    /// <summary>Hears every decision of the kernel; null: nobody does.</summary>
    public IStepListener? Steps { get; init; }

    /// <summary>Turns the user's values into bytes and back.</summary>
    public ValueCodec Values { get; init; } = ValueCodec.Plain;

    /// <summary>The type of what runs are given at their start; null when the workflow says none.</summary>
    public Type? Accepts { get; init; }

    /// <summary>The types of what runs give as their own output; empty when the workflow says
    /// none.</summary>
    public ImmutableArray<Type> Returns { get; init; } = [];

    /// <summary>How many of the workflow's runs work at once in an engine; null for any number.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>Where signals come to runs; null when no state waits for any.</summary>
    public IInboxes? Inboxes { get; init; }

    /// <summary>Opens the checkpoint store at first use; null when runs are not journaled.</summary>
    public Func<ILogger, Task<ICheckpointStore>>? Store { get; init; }
}
