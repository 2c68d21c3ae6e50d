namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open Xunit

/// When a run is set aside.
type Quarantines() =

    let kinds = Enum.GetValues<RowKind>() |> List.ofArray

    [<Fact>]
    member _.``entering the same visit again and summing up are no progress``() =
        for kind in kinds do
            for visit in [ 0L; 1L; 7L ] do
                for before in [ -1L; 0L; 1L; 7L ] do
                    for tries in 0..4 do
                        let stays = kind = RowKind.StateEntered || kind = RowKind.Snapshot
                        let again = stays && visit = before
                        let after = Quarantine.triesAfter before kind visit tries
                        Law.equal (if again then tries else 0) after

    [<Fact>]
    member _.``a run is set aside at its third try``() =
        Law.equal [ 3; 4; 5 ] ([ 0..5 ] |> List.filter Quarantine.holds)
