// Laws of one's own workflow, for random inputs. A law that does not hold shows the smallest input
// that breaks it.
#load "cano.fsx"

open Cano
open Cano.FSharp
open FsCheck

type Change =
    | Pay of amount: int * coins: int list
    | Given of coins: int list
    | Stuck of rest: int

/// Gives the largest coin that fits, again and again.
let changing = workflow {
    router Pay (fun _ (amount, coins) ->
        if amount = 0 then
            Given coins
        else
            match [ 50; 20; 10; 5; 2; 1 ] |> List.tryFind (fun coin -> coin <= amount) with
            | Some coin -> Pay(amount - coin, coin :: coins)
            | None -> Stuck amount)

    exit Given
    exit Stuck
}

let change amount =
    match changing |> Workflow.run (Pay(amount, [])) |> await with
    | Ok(Given coins) -> coins
    | other -> failwith $"{other}"

let quick name (law: int -> bool) =
    Check.One(Config.QuickThrowOnFailure.WithReplay(1UL, 3UL), law)
    printfn $"holds: {name}"

let some (amount: int) = abs (amount % 500)

quick "the coins are worth what was paid" (fun amount ->
    List.sum (change (some amount)) = some amount)

quick "no coin of 1 or 5 or 10 is given twice, where a larger one would do" (fun amount ->
    [ 1; 5; 10 ]
    |> List.forall (fun coin -> change (some amount) |> List.filter ((=) coin) |> List.length < 2))

// It prints:
//
//     Ok, passed 100 tests.
//     holds: the coins are worth what was paid
//     Ok, passed 100 tests.
//     holds: no coin of 1 or 5 or 10 is given twice, where a larger one would do
