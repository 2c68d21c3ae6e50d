using Cano.Faster.Indexes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Faster.Reclamation;

/// <summary>A run of the oldest segment that cannot be moved. It holds everything after it: copying others
/// would free nothing.</summary>
internal sealed partial class Obstacle(TimeProvider time, ILogger? given)
{
    private static readonly TimeSpan s_pauseMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pauseMax = TimeSpan.FromMinutes(1);

    private readonly ILogger logger = given ?? NullLogger.Instance;
    private TimeSpan pause;
    private long since;
    private bool isDamaged;

    /// <summary>The run; null when nothing is in the way.</summary>
    public RunEntry? Run { get; private set; }

    /// <summary>The pause after a failed read is over: a disk that failed once may answer now.</summary>
    public bool IsToBeTriedAgain => !isDamaged && time.GetElapsedTime(since) >= pause;

    /// <summary>A damaged run is never moved. It is listed as damaged, and in the way until it is
    /// cleared.</summary>
    public void IsDamaged(RunEntry run) => (Run, isDamaged) = (run, true);

    /// <summary>A row of the run could not be read. That is tried again, with growing pauses, and told each
    /// time.</summary>
    public void CannotBeRead(RunEntry run, CanoException failure)
    {
        pause = pause == TimeSpan.Zero ? s_pauseMin : pause * 2;
        pause = pause < s_pauseMax ? pause : s_pauseMax;
        (Run, isDamaged, since) = (run, false, time.GetTimestamp());
        LogUnread(logger, run.Id, pause, failure);
    }

    /// <summary>A row was read.</summary>
    public void WasRead() => pause = TimeSpan.Zero;

    /// <summary>Nothing is in the way.</summary>
    public void Forget() => Run = null;

    [LoggerMessage(
        603,
        LogLevel.Warning,
        "The journal cannot move run {RunId}, so that the log keeps its space and that of all after it; it is tried again in {Pause}"
    )]
    private static partial void LogUnread(ILogger logger, string runId, TimeSpan pause, Exception exception);
}
