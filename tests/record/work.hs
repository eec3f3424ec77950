-- | A program with work at several depths, for GHC's profiler.
module Main (main) where

import qualified Data.List as List

-- | Digits of squares, summed.
digits :: Int -> Int
digits 0 = 0
digits n = n `mod` 10 + digits (n `div` 10)

collatz :: Int -> Int
collatz 1 = 0
collatz n = 1 + collatz (if even n then n `div` 2 else 3 * n + 1)

longest :: Int -> Int
longest limit = List.foldl' max 0 (map collatz [1 .. limit])

main :: IO ()
main = do
    print (sum (map (digits . (^ (2 :: Int))) [1 .. 300000]))
    print (longest 60000)
