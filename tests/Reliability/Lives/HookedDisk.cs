using Cano.Faster.Disks;

namespace Cano.Reliability.Lives;

/// <summary>The machine's disk, on which somebody looks in before some calls. What a hook throws is the
/// call's failure.</summary>
internal sealed class HookedDisk : JournalDisk
{
    private readonly JournalDisk _disk = PhysicalDisk.Instance;

    /// <summary>Called with a file's path before it is read.</summary>
    public Action<string>? Reading { get; init; }

    /// <summary>Called with a file's path before it is deleted.</summary>
    public Action<string>? Deleting { get; init; }

    public override void CreateDirectory(string directory) => _disk.CreateDirectory(directory);

    public override IReadOnlyList<string> Names(string directory) => _disk.Names(directory);

    public override JournalFile Open(string path, FileMode mode) => new Hooked(this, _disk.Open(path, mode));

    public override IDisposable Lock(string path) => _disk.Lock(path);

    public override void Move(string path, string target) => _disk.Move(path, target);

    public override void Delete(string path)
    {
        Deleting?.Invoke(path);
        _disk.Delete(path);
    }

    public override void FlushDirectory(string directory) => _disk.FlushDirectory(directory);

    private sealed class Hooked(HookedDisk disk, JournalFile file) : JournalFile
    {
        public override long Length => file.Length;

        public override string Path => file.Path;

        public override bool IsInPlace => file.IsInPlace;

        public override int Read(Span<byte> buffer, long position)
        {
            disk.Reading?.Invoke(Path);
            return file.Read(buffer, position);
        }

        public override void Write(ReadOnlySpan<byte> bytes, long position) => file.Write(bytes, position);

        public override void SetLength(long length) => file.SetLength(length);

        public override void Flush() => file.Flush();

        public override void FlushData() => file.FlushData();

        public override void Dispose() => file.Dispose();
    }
}
