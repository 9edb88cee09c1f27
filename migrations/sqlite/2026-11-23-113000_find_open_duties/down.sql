DROP INDEX duties_of_case;
