using Cano.Faster.Disks;

namespace Cano.Integration.Stores;

/// <summary>A journal of more files than it holds open.</summary>
public sealed class ManySegmentsTests
{
    /// <summary>With a row of 20 KB each, of which three fill a file.</summary>
    private const int Runs = 300;

    [Fact]
    [Trait("ID", "F75")]
    public async Task A_file_that_is_being_read_makes_no_room_for_another()
    {
        using var directory = new TempDirectory();
        using var disk = new SlowlyReadDisk();
        await using var store = await FasterCheckpointStore.OpenAsync(
            directory.Path,
            JournalOnDisk.Small with
            {
                Disk = disk,
            }
        );
        var row = Rows.Of(0, RowKind.StateEntered, new byte[20_000]);
        for (var run = 0; run < Runs; run++)
            await store.AppendAsync($"run-{run}", row, 1);
        Assert.InRange(Directory.GetFiles(directory.Path, "journal.log.*").Length, 80, Runs);

        disk.Slow = directory.Log(0);
        var slow = Task.Run(async () => await store.LoadRunAsync("run-0"));
        await disk.Reading.Soon();
        for (var run = Runs - 1; run >= 0; run--)
            Assert.Equal(row, Assert.Single(await store.LoadRunAsync($"run-{run}")));
        disk.GoOn();
        Assert.Equal(row, Assert.Single(await slow.Soon()));
    }

    /// <summary>As the machine's own disk: a file that is closed while it is read is open, and nobody else's,
    /// until the read is over. The first read of one file waits.</summary>
    private sealed class SlowlyReadDisk : JournalDisk, IDisposable
    {
        private readonly TaskCompletionSource _reading = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        private readonly ManualResetEventSlim _goesOn = new();
        private int _isRead;

        public string? Slow { get; set; }

        public Task Reading => _reading.Task;

        public void GoOn() => _goesOn.Set();

        public void Dispose() => _goesOn.Dispose();

        public override void CreateDirectory(string directory) =>
            PhysicalDisk.Instance.CreateDirectory(directory);

        public override IReadOnlyList<string> Names(string directory) =>
            PhysicalDisk.Instance.Names(directory);

        public override JournalFile Open(string path, FileMode mode) =>
            new ReadFile(this, PhysicalDisk.Instance.Open(path, mode));

        public override IDisposable Lock(string path) => PhysicalDisk.Instance.Lock(path);

        public override void Move(string path, string target) => PhysicalDisk.Instance.Move(path, target);

        public override void Delete(string path) => PhysicalDisk.Instance.Delete(path);

        public override void FlushDirectory(string directory) =>
            PhysicalDisk.Instance.FlushDirectory(directory);

        private void Await(string path)
        {
            if (path != Slow || Interlocked.Exchange(ref _isRead, 1) != 0)
                return;
            _reading.SetResult();
            _goesOn.Wait(TimeSpan.FromSeconds(30));
        }

        private sealed class ReadFile(SlowlyReadDisk disk, JournalFile inner) : JournalFile
        {
            private readonly Lock _gate = new();
            private int _readers;
            private bool _isClosed;

            public override long Length => inner.Length;

            public override string Path => inner.Path;

            public override bool IsInPlace => inner.IsInPlace;

            public override int Read(Span<byte> buffer, long position)
            {
                lock (_gate)
                {
                    ObjectDisposedException.ThrowIf(_isClosed, this);
                    _readers++;
                }

                try
                {
                    disk.Await(Path);
                    return inner.Read(buffer, position);
                }
                finally
                {
                    Close(isRead: true);
                }
            }

            public override void Write(ReadOnlySpan<byte> bytes, long position) =>
                inner.Write(bytes, position);

            public override void SetLength(long length) => inner.SetLength(length);

            public override void Flush() => inner.Flush();

            public override void Dispose() => Close(isRead: false);

            private void Close(bool isRead)
            {
                lock (_gate)
                {
                    if (isRead)
                        _readers--;
                    else
                        _isClosed = true;
                    if (_isClosed && _readers == 0)
                        inner.Dispose();
                }
            }
        }
    }
}
