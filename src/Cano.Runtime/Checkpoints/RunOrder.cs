namespace Cano.Runtime.Checkpoints;

/// <summary>The runs of a store in the order of a list. Beginning and forgetting one takes a search; what a
/// run does in between takes nothing. Its owner guards it with one lock.</summary>
/// <remarks>A run's start and id must not change while it is here.</remarks>
internal sealed class RunOrder<TRun>
    where TRun : class, IKeptRun
{
    private const int ChunkMax = 512;

    // The other way round: the run that is listed first is the last of the last, where new ones come to.
    private readonly List<List<TRun>> _chunks = [];

    public void Add(TRun run)
    {
        var (at, index) = Find(RunPlace.Of(run));
        if (_chunks.Count == 0)
            _chunks.Add([]);
        var chunk = _chunks[at];
        if (chunk.Count < ChunkMax)
            chunk.Insert(index, run);
        else if (at == _chunks.Count - 1 && index == chunk.Count)
            _chunks.Add([run]);
        else
        {
            Split(at);
            Insert(at, index, run);
        }
    }

    /// <summary>False when it is not there.</summary>
    public bool Remove(TRun run)
    {
        var (at, index) = Find(RunPlace.Of(run));
        if (at == _chunks.Count || index == _chunks[at].Count || _chunks[at][index] != run)
            return false;
        _chunks[at].RemoveAt(index);
        Tidy(at);
        return true;
    }

    /// <summary>The runs behind a place, or all.</summary>
    public Walk After(in RunPlace? place)
    {
        if (place is { } behind)
        {
            var (at, index) = Find(behind);
            return new(_chunks, at, index);
        }

        return new(_chunks, _chunks.Count, 0);
    }

    /// <summary>Where the runs that are listed behind a place end: one at the place itself is next.</summary>
    private (int Chunk, int Index) Find(in RunPlace place)
    {
        int from = 0,
            to = _chunks.Count;
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (_chunks[middle].Count > 0 && place.CompareOf(_chunks[middle][^1]) > 0)
                from = middle + 1;
            else
                to = middle;
        }

        if (from == _chunks.Count)
            return from == 0 ? (0, 0) : (from - 1, _chunks[from - 1].Count);
        return (from, IndexIn(_chunks[from], in place));
    }

    private static int IndexIn(List<TRun> chunk, in RunPlace place)
    {
        int from = 0,
            to = chunk.Count;
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (place.CompareOf(chunk[middle]) > 0)
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }

    private void Split(int at)
    {
        var chunk = _chunks[at];
        var half = chunk.Count / 2;
        _chunks.Insert(at + 1, chunk.GetRange(half, chunk.Count - half));
        chunk.RemoveRange(half, chunk.Count - half);
    }

    /// <summary>Puts a run to an index of what a chunk was before it was split.</summary>
    private void Insert(int at, int index, TRun run)
    {
        var half = _chunks[at].Count;
        if (index <= half)
            _chunks[at].Insert(index, run);
        else
            _chunks[at + 1].Insert(index - half, run);
    }

    /// <summary>A chunk that has become small is joined with the one before it: few runs take little
    /// memory.</summary>
    private void Tidy(int at)
    {
        if (_chunks.Count == 1 || _chunks[at].Count > ChunkMax / 4)
            return;
        var lower = Math.Max(at - 1, 0);
        if (_chunks[at].Count > 0 && _chunks[lower].Count + _chunks[lower + 1].Count > ChunkMax / 2)
            return;
        _chunks[lower].AddRange(_chunks[lower + 1]);
        _chunks.RemoveAt(lower + 1);
    }

    /// <summary>A way along the list, good until the order changes.</summary>
    public struct Walk(List<List<TRun>> chunks, int chunk, int index)
    {
        private int _chunk = chunk;
        private int _index = index;

        /// <summary>The next run; null at the end.</summary>
        public TRun? Next()
        {
            while (_index == 0)
            {
                if (_chunk == 0)
                    return null;
                _index = chunks[--_chunk].Count;
            }

            return chunks[_chunk][--_index];
        }
    }
}
