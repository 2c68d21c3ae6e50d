using Cano.Faster.Disks;

namespace Cano.FaultyDisks;

/// <summary>A disk in memory that fails as told, remembers every change, and knows what a kill or a power
/// failure at any moment leaves. All its chance comes from one seed.</summary>
internal sealed class FaultDisk : JournalDisk
{
    private readonly Lock _gate = new();
    private readonly DiskState _state;
    private readonly List<DiskChange> _history = [];
    private readonly HashSet<string> _locked = [];
    private readonly WaitingFaults _faults = new();
    private readonly Random _chance;

    /// <param name="begun">What is on the disk; nothing when null.</param>
    /// <param name="seed">The seed of what its faults do.</param>
    public FaultDisk(DiskImage? begun = null, int seed = 0)
    {
        Begun = begun ?? DiskImage.Empty;
        _state = new DiskState(Begun);
        _chance = new Random(seed);
    }

    /// <summary>What was on the disk at first.</summary>
    public DiskImage Begun { get; }

    /// <summary>Whether the changes are remembered; false for tests that write much and look at
    /// none.</summary>
    public bool KeepsHistory { get; init; } = true;

    /// <summary>How many changes there were so far: the position of now in <see cref="History"/>.</summary>
    public int Position
    {
        get
        {
            lock (_gate)
                return _history.Count;
        }
    }

    /// <summary>Every change so far.</summary>
    public IReadOnlyList<DiskChange> History
    {
        get
        {
            lock (_gate)
                return [.. _history];
        }
    }

    /// <summary>The last call that the fault struck, for people; null when it has struck none.</summary>
    public string? CallStruckBy(DiskFault fault)
    {
        lock (_gate)
            return _faults.CallStruckBy(fault);
    }

    public void Add(DiskFault fault)
    {
        lock (_gate)
            _faults.Add(fault);
    }

    /// <summary>From now on nothing fails.</summary>
    public void Mend()
    {
        lock (_gate)
            _faults.Clear();
    }

    /// <summary>Whether there is such a file now.</summary>
    public bool Has(string path)
    {
        lock (_gate)
            return _state.TryFind(path, out _);
    }

    /// <summary>What the end of the process leaves.</summary>
    public DiskImage Written()
    {
        lock (_gate)
            return _state.Written();
    }

    /// <summary>What a power failure leaves.</summary>
    public DiskImage AfterPowerLoss(Random chance)
    {
        lock (_gate)
            return _state.AfterPowerLoss(chance);
    }

    public override void CreateDirectory(string directory) => Meet(DiskCall.CreateDirectory, directory);

    public override IReadOnlyList<string> Names(string directory)
    {
        Meet(DiskCall.Names, directory);
        lock (_gate)
            return
            [
                .. _state
                    .Paths.Where(path => Path.GetDirectoryName(path) == directory)
                    .Select(path => Path.GetFileName(path)),
            ];
    }

    public override JournalFile Open(string path, FileMode mode)
    {
        var fault = Meet(DiskCall.Open, path);
        lock (_gate)
        {
            var isThere = _state.TryFind(path, out var file);
            if (!isThere && mode == FileMode.Open)
                throw NotThere(path);
            if (isThere && mode == FileMode.CreateNew)
                throw new IOException($"'{path}' is there already");
            if (!isThere)
                file = Create(path);
            else if (mode == FileMode.Create)
                Do(new DiskChange.Resize(file, 0), fault, path);
            return new FaultyFile(this, file, path);
        }
    }

    public override IDisposable Lock(string path)
    {
        Meet(DiskCall.Lock, path);
        lock (_gate)
        {
            if (!_state.TryFind(path, out _))
                Create(path);
            if (!_locked.Add(path))
                throw new IOException($"'{path}' is being used by another process");
            return new Unlock(this, path);
        }
    }

    public override void Move(string path, string target)
    {
        var fault = Meet(DiskCall.Move, path);
        lock (_gate)
        {
            if (!_state.TryFind(path, out var file))
                throw NotThere(path);
            Do(new DiskChange.Move(file, path, target), fault, path);
        }
    }

    public override void Delete(string path) =>
        Do(new DiskChange.Delete(path), Meet(DiskCall.Delete, path), path);

    public override void FlushDirectory(string directory) =>
        Do(new DiskChange.FlushDirectory(), Meet(DiskCall.FlushDirectory, directory), directory);

    /// <summary>Counts a call and meets its fault: fails, waits, or returns what is still to go
    /// wrong.</summary>
    internal DiskFault? Meet(DiskCall call, string path)
    {
        DiskFault? fault;
        lock (_gate)
            fault = _faults.Strike(call, Path.GetFileName(path));
        if (DiskError.Of(fault, call, path) is { } error)
            throw error;
        if (fault?.Kind != DiskFaultKind.Delay)
            return fault;
        fault.Held!.Wait();
        return null;
    }

    /// <summary>Makes a change, or what its fault makes of it.</summary>
    internal void Do(DiskChange change, DiskFault? fault, string path)
    {
        lock (_gate)
        {
            foreach (var landing in Distortion.Of(change, fault, _chance))
            {
                _state.Apply(landing);
                if (KeepsHistory)
                    _history.Add(landing);
            }
        }

        Distortion.ThrowIfTold(fault, path);
    }

    /// <summary>Whether the path leads to the file.</summary>
    internal bool IsAt(string path, int file)
    {
        lock (_gate)
            return _state.TryFind(path, out var there) && there == file;
    }

    internal long LengthOf(int file)
    {
        lock (_gate)
            return _state[file].Length;
    }

    /// <summary>Fills the buffer as far as the file goes; how many bytes were there.</summary>
    internal int Read(int file, Span<byte> buffer, long position)
    {
        lock (_gate)
        {
            var written = _state[file].Written;
            var count = (int)Math.Clamp(written.Length - position, 0, buffer.Length);
            if (count > 0)
                written.Slice((int)position, count).CopyTo(buffer);
            return count;
        }
    }

    private int Create(string path)
    {
        var file = _state.FileCount;
        Do(new DiskChange.Create(file, path), fault: null, path);
        return file;
    }

    private static FileNotFoundException NotThere(string path) => new($"'{path}' is not there", path);

    private sealed class Unlock(FaultDisk disk, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._gate)
                disk._locked.Remove(path);
        }
    }
}
