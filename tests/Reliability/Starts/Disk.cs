using Cano.Reliability.Racing;
using Cano.Testing;

namespace Cano.Reliability.Starts;

/// <summary>What outlives engines and processes: rows in memory.</summary>
internal class Disk(VirtualTime clock) : IDisposable
{
    private readonly MemoryCheckpointStore _memory = new(clock);

    /// <summary>Nothing that was asked of it is under way.</summary>
    public virtual bool IsAtRest => true;

    /// <summary>The store of a process that begins.</summary>
    /// <param name="process">Dies with it.</param>
    public virtual SteppedIndex Open(out CrashingCheckpointStore process)
    {
        process = new CrashingCheckpointStore(_memory);
        return new SteppedIndex(process, _memory);
    }

    /// <summary>The process has ended.</summary>
    public virtual void Close() { }

    public virtual void Dispose() { }
}
