using System.Text.Json;
using Cano.CSharp.Engine;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Data;
using Microsoft.Extensions.Logging;
using static System.FormattableString;

namespace Cano;

/// <summary>What an engine runs with.</summary>
public sealed record CanoEngineOptions
{
    /// <summary>Makes the logger of the engine and of its runs; nobody is told unless given.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>The clock of the engine and of its runs; the system's unless given.</summary>
    public TimeProvider? TimeProvider { get; init; }

    /// <summary>How long ended runs are kept whose workflow does not say so itself; 7 days unless
    /// given.</summary>
    public Retention? Retention { get; init; }

    /// <summary>Sizes and disk of the embedded journal; those it has, or the defaults, unless
    /// given.</summary>
    public FasterCheckpointOptions? Journal { get; init; }

    /// <summary>Told what happens in every run, before the workflow's own; none unless given.</summary>
    public IReadOnlyList<IWorkflowObserver> Observers
    {
        get;
        init => field = ContentList<IWorkflowObserver>.Of(value);
    } = ContentList<IWorkflowObserver>.Of([]);

    /// <summary>How long, not negative, work that was told to stop is awaited before it is abandoned, unless
    /// its workflow says so itself; 5 s unless given.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many runs work at once, at least 1; any number unless given. A start beyond it is
    /// durable, and begins in its turn; a run that waits holds no place.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>On a store that several engines share, what this one is known by, one name for each at a
    /// time: an earlier engine of that name is taken for dead. Machine, process and a number unless
    /// given.</summary>
    public string? NodeName { get; init; }

    /// <summary>On a store that several engines share, how long, above zero, this one may keep silent before
    /// others take up its runs; it says that it lives three times as often. 15 s unless given.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How users' values are written and read; the project's own converters come behind the user's.
    /// Plain unless given. A program that is trimmed or compiled ahead of time gives its context here:
    /// `OrderJson.Default.Options`.</summary>
    public JsonSerializerOptions? Json { get; init; }

    /// <summary>Encodes every user's value in the journal, for encryption or compression; none unless
    /// given.</summary>
    public IPayloadCodec? Codec { get; init; }

    /// <summary>Stands around its workflows; null: nothing does.</summary>
    internal IWorkflowFrame? Frame { get; init; }

    /// <summary>What is set, not what it is set upon: "ended runs: KeepFor(7 d), stop grace 5 s, any number
    /// at once".</summary>
    public override string ToString()
    {
        var limit = MaxRunning is { } runs ? Invariant($"{runs} at once") : "any number at once";
        var retention = Retention is null ? "" : $"ended runs: {Retention}, ";
        return $"{retention}stop grace {Words.Span(StopGrace)}, {limit}";
    }
}

/// <summary>What a start may say besides its input.</summary>
public sealed record StartOptions
{
    private readonly RunTags _tags = RunTags.None;

    /// <summary>What the run can be found by: at most 32 tags of together 4 KiB, journaled, and not
    /// encrypted; none unless given.</summary>
    public IReadOnlyDictionary<string, string>? Tags
    {
        get => _tags.Count == 0 ? null : _tags;
        init => _tags = value is null ? RunTags.None : RunTags.Of(value);
    }

    /// <summary>The instant before which the run does not begin; at once unless given.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The tags and the instant: "tagged area=north, not before 2026-02-01 08:00:00Z".</summary>
    public override string ToString() =>
        (_tags.Count > 0, NotBefore) switch
        {
            (true, { } due) => $"tagged {_tags}, not before {Words.Instant(due)}",
            (true, null) => $"tagged {_tags}",
            (false, { } due) => $"not before {Words.Instant(due)}",
            (false, null) => "nothing",
        };
}
