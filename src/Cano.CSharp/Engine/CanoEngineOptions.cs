using System.Text.Json;
using Microsoft.Extensions.Logging;

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

    /// <summary>Sizes and disk of the embedded journal; those it has, or the defaults, unless given.</summary>
    public FasterCheckpointOptions? Journal { get; init; }

    /// <summary>Told what happens in every run, before the workflow's own; none unless given.</summary>
    public IReadOnlyList<IWorkflowObserver> Observers { get; init; } = [];

    /// <summary>How long, not negative, work that was told to stop is awaited before it is abandoned, unless
    /// its workflow says so itself; 5 s unless given.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many runs work at once, at least 1; any number unless given. A start beyond it is durable,
    /// and begins in its turn; a run that waits holds no place.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>How users' values are written and read; the project's own converters come behind the user's.
    /// Plain unless given.</summary>
    public JsonSerializerOptions? Json { get; init; }

    /// <summary>Encodes every user's value in the journal, for encryption or compression; none unless
    /// given.</summary>
    public IPayloadCodec? Codec { get; init; }
}

/// <summary>What a start may say besides its input.</summary>
public sealed record StartOptions
{
    /// <summary>What the run can be found by: at most 32 tags of together 4 KiB, journaled, and not
    /// encrypted; none unless given.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>The instant before which the run does not begin; at once unless given.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}
