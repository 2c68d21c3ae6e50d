namespace Cano.Faster.Disks;

/// <summary>The segment files that are open: so many, and all that somebody uses.</summary>
/// <param name="open">Opens the file of a segment.</param>
/// <remarks>Who wants another one while many are open closes the one that was used longest ago, but none that
/// is in use: closed in the midst of a read it would stay locked until the read is over, and could not be
/// opened again meanwhile.</remarks>
internal sealed class OpenSegments(Func<int, FileMode, JournalFile> open) : IDisposable
{
    private const int Max = 64;

    private readonly Dictionary<int, OpenSegment> segments = [];
    private readonly Lock gate = new();
    private long uses;
    private bool isDisposed;

    public bool Contains(int segment)
    {
        lock (gate)
            return segments.ContainsKey(segment);
    }

    /// <summary>A segment's file, for as long as what this returns is not disposed of.</summary>
    /// <param name="segment">Its number.</param>
    /// <param name="mode">How it is opened where it is not open.</param>
    public Use Enter(int segment, FileMode mode)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (!segments.TryGetValue(segment, out var used))
            {
                MakeRoom();
                segments[segment] = used = new OpenSegment(segment, open(segment, mode));
            }

            used.Users++;
            used.LastUse = ++uses;
            return new Use(this, used);
        }
    }

    /// <summary>Closes a segment's file if it is open, as soon as nobody uses it.</summary>
    public void Close(int segment)
    {
        lock (gate)
            if (segments.Remove(segment, out var closed))
                Close(closed);
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            foreach (var segment in segments.Values)
                Close(segment);
            segments.Clear();
        }
    }

    /// <summary>The newest stays open: it is being written.</summary>
    private void MakeRoom()
    {
        if (segments.Count < Max)
            return;
        var newest = segments.Keys.Max();
        var idle = segments.Values.Where(one => one.Users == 0 && one.Number != newest);
        if (idle.MinBy(one => one.LastUse) is { } oldest)
            Close(oldest.Number);
    }

    private static void Close(OpenSegment segment)
    {
        segment.IsClosed = true;
        if (segment.Users == 0)
            segment.File.Dispose();
    }

    private void Leave(OpenSegment segment)
    {
        lock (gate)
        {
            segment.Users--;
            if (segment.IsClosed)
                Close(segment);
        }
    }

    /// <summary>An open file that somebody uses.</summary>
    public readonly struct Use(OpenSegments owner, OpenSegment segment) : IDisposable
    {
        public JournalFile File => segment.File;

        public void Dispose() => owner.Leave(segment);
    }

    /// <summary>One that is open.</summary>
    public sealed class OpenSegment(int number, JournalFile file)
    {
        public int Number => number;

        public JournalFile File => file;

        public int Users { get; set; }

        /// <summary>The number of the newest use, of any file.</summary>
        public long LastUse { get; set; }

        /// <summary>It is closed when nobody uses it any more.</summary>
        public bool IsClosed { get; set; }
    }
}
