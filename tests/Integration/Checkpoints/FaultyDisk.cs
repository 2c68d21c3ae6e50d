namespace Cano.Integration.Checkpoints;

/// <summary>The machine's disk, with a hook before every write, flush, rename, delete and lock that may throw
/// or wait.</summary>
internal sealed class FaultyDisk : JournalDisk
{
    public Action<string>? Before { get; set; }

    /// <summary>Picks the write at which the power fails: some of its sectors are written, then nothing more.</summary>
    public Func<bool>? PowerFails { get; set; }

    public Random Chance { get; init; } = new(0);

    /// <summary>Leaves flushes out, for tests that write much and do not fail the power.</summary>
    public bool SkipsFlushes { get; init; }

    private bool IsOff { get; set; }

    public override void CreateDirectory(string directory) =>
        PhysicalDisk.Instance.CreateDirectory(directory);

    public override IReadOnlyList<string> Names(string directory) => PhysicalDisk.Instance.Names(directory);

    public override JournalFile Open(string path, FileMode mode) =>
        new FaultyFile(this, PhysicalDisk.Instance.Open(path, mode), Path.GetFileName(path));

    public override IDisposable Lock(string path)
    {
        Before?.Invoke("lock");
        return PhysicalDisk.Instance.Lock(path);
    }

    public override void Move(string path, string target)
    {
        Before?.Invoke($"move {Path.GetFileName(path)}");
        PhysicalDisk.Instance.Move(path, target);
    }

    public override void Delete(string path)
    {
        Before?.Invoke($"delete {Path.GetFileName(path)}");
        PhysicalDisk.Instance.Delete(path);
    }

    public override void FlushDirectory(string directory) => PhysicalDisk.Instance.FlushDirectory(directory);

    private sealed class FaultyFile(FaultyDisk disk, JournalFile file, string name) : JournalFile
    {
        public override long Length => file.Length;

        public override int Read(Span<byte> buffer, long position) => file.Read(buffer, position);

        public override void Write(ReadOnlySpan<byte> bytes, long position)
        {
            disk.Before?.Invoke($"write {name}");
            if (disk.IsOff || disk.PowerFails?.Invoke() == true)
                Tear(bytes, position);
            file.Write(bytes, position);
        }

        private void Tear(ReadOnlySpan<byte> bytes, long position)
        {
            for (var at = 0; at < bytes.Length && !disk.IsOff; at += 512)
                if (disk.Chance.Next(2) == 0)
                    file.Write(bytes.Slice(at, Math.Min(512, bytes.Length - at)), position + at);
            disk.IsOff = true;
            throw new IOException("the power failed");
        }

        public override void SetLength(long length) => file.SetLength(length);

        public override void Flush()
        {
            disk.Before?.Invoke($"flush {name}");
            if (!disk.SkipsFlushes)
                file.Flush();
        }

        public override void Dispose() => file.Dispose();
    }
}
