using Cano.Reliability.Racing;
using Cano.Testing;

namespace Cano.Reliability.Starts;

/// <summary>The embedded journal in a directory of its own. What a process did not give back is nobody's when
/// it is opened again, as after its death.</summary>
internal sealed class JournalDisk(VirtualTime clock) : Disk(clock)
{
    private readonly TempDirectory _directory = new();
    private readonly VirtualTime _clock = clock;
    private FasterCheckpointStore? _journal;
    private CountedCalls? _calls;

    public override bool IsAtRest => _calls is null or { IsAtRest: true };

    public override SteppedIndex Open(out CrashingCheckpointStore process)
    {
        var options = new FasterCheckpointOptions
        {
            PageSizeBits = 16,
            MemorySizeBits = 17,
            SegmentSizeBits = 16,
            TimeProvider = _clock,
        };
        _journal = FasterCheckpointStore
            .OpenAsync(_directory.Path, options, logger: null, CancellationToken.None)
            .GetAwaiter()
            .GetResult();
        _calls = new CountedCalls(_journal);
        process = new CrashingCheckpointStore(_calls);
        return new SteppedIndex(process, _journal);
    }

    public override void Close()
    {
        _journal?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _journal = null;
    }

    public override void Dispose()
    {
        Close();
        _directory.Dispose();
    }
}
