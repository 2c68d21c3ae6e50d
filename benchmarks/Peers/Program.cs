using System.Globalization;
using Cano.Benchmarks.Peers;

return args switch
{
    [PeerMode.Verb, var workload, var peer, var rounds] => await PeerMode.MeasureAsync(
        workload,
        peer,
        int.Parse(rounds, CultureInfo.InvariantCulture)
    ),
    _ => await PeerMode.RunAsync(args),
};
